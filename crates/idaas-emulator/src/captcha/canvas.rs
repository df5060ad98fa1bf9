//! Pixels to draw on, and their PNG.

/// Red, green and blue.
pub(crate) type Rgb = [u8; 3];

/// `share` of `other`, the rest of `one`.
pub(crate) fn mix(one: Rgb, other: Rgb, share: f32) -> Rgb {
    // Fixed point: the drawing must be quick without optimisation too.
    let share = (share * 256.0) as i32;
    let mix = |from: u8, to: u8| {
        let (from, to) = (i32::from(from), i32::from(to));
        (from + (((to - from) * share) >> 8)) as u8
    };
    [
        mix(one[0], other[0]),
        mix(one[1], other[1]),
        mix(one[2], other[2]),
    ]
}

/// A picture without transparency that remembers where its sky ends.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Rgb>,
    skyline: Vec<usize>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![[0; 3]; width * height],
            skyline: vec![height; width],
        }
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, colour: Rgb) {
        if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
            *pixel = colour;
        }
    }

    /// The colour at a place, black outside the picture.
    pub(crate) fn at(&self, x: usize, y: usize) -> Rgb {
        let pixel = self.pixels.get(y * self.width + x);
        pixel.copied().unwrap_or_default()
    }

    pub(crate) fn blend(&mut self, x: usize, y: usize, colour: Rgb, share: f32) {
        if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
            *pixel = mix(*pixel, colour, share);
        }
    }

    pub(crate) fn set_skyline(&mut self, x: usize, y: usize) {
        if let Some(row) = self.skyline.get_mut(x) {
            *row = y;
        }
    }

    /// The first row below the sky in column `x`.
    pub(crate) fn skyline(&self, x: usize) -> usize {
        self.skyline.get(x).copied().unwrap_or(self.height)
    }

    pub(crate) fn into_png(self) -> Vec<u8> {
        encode(
            self.width,
            self.height,
            png::ColorType::Rgb,
            self.pixels.as_flattened(),
        )
    }
}

/// The PNG of 8-bit `pixels`, which fill `width` × `height` exactly.
pub(crate) fn encode(
    width: usize,
    height: usize,
    colour: png::ColorType,
    pixels: &[u8],
) -> Vec<u8> {
    let mut file = Vec::with_capacity(pixels.len() / 4);
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(colour);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    // Writing to memory cannot fail, and the sizes are constants that fit.
    let written = (encoder.write_header()).and_then(|mut writer| {
        writer
            .write_image_data(pixels)
            .and_then(|()| writer.finish())
    });
    debug_assert!(
        written.is_ok(),
        "a picture of {width}×{height} was not encoded"
    );
    file
}

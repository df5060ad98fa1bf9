//! Pixels to draw on, and their PNG.

/// A colour of three bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Rgb {
    /// `share` of `other`, the rest of `self`.
    pub(crate) fn mix(self, other: Self, share: f32) -> Self {
        // Fixed point: the drawing must be quick without optimisation too.
        let share = (share * 256.0) as i32;
        let mix = |from: u8, to: u8| {
            let (from, to) = (i32::from(from), i32::from(to));
            (from + (((to - from) * share) >> 8)) as u8
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }
}

/// A picture without transparency that remembers where its sky ends.
pub(crate) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    skyline: Vec<usize>,
}

impl Canvas {
    pub(crate) fn new(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![0; width * height * 3],
            skyline: vec![height; width],
        }
    }

    pub(crate) fn set(&mut self, x: usize, y: usize, colour: Rgb) {
        let at = (y * self.width + x) * 3;
        if let Some(pixel) = self.pixels.get_mut(at..at + 3) {
            pixel.copy_from_slice(&[colour.0, colour.1, colour.2]);
        }
    }

    /// The colour at a place, black outside the picture.
    pub(crate) fn at(&self, x: usize, y: usize) -> Rgb {
        let at = (y * self.width + x) * 3;
        match self.pixels.get(at..at + 3) {
            Some(&[red, green, blue]) => Rgb(red, green, blue),
            _ => Rgb(0, 0, 0),
        }
    }

    pub(crate) fn blend(&mut self, x: usize, y: usize, colour: Rgb, share: f32) {
        let mixed = self.at(x, y).mix(colour, share);
        self.set(x, y, mixed);
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
        encode(self.width, self.height, png::ColorType::Rgb, &self.pixels)
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

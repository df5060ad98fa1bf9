//! A landscape drawn from nothing: the background of a captcha picture.

use super::canvas::{Canvas, Rgb, mix};
use super::dice::Dice;

/// Width of the picture in pixels, as AJ-Captcha's block puzzle has it.
pub(crate) const WIDTH: usize = 310;
/// Height of the picture in pixels.
pub(crate) const HEIGHT: usize = 155;

/// Paints one landscape: a sky with a sun or moon, and ridges that fade into mist.
///
/// Columns are filled from the nearest ridge to the sky, so that every pixel is written once.
pub(crate) fn paint(dice: &mut Dice) -> Canvas {
    let mood = MOODS[dice.below(MOODS.len())];
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    let sky = gradient(mood.zenith, mood.horizon, 0.0, HEIGHT as f32 * 0.8);
    let ridges: Vec<Ridge> = (0..RIDGES)
        .map(|depth| Ridge::new(dice, mood, depth))
        .collect();
    for x in 0..WIDTH {
        let mut below = HEIGHT;
        let mut edges = Vec::with_capacity(RIDGES);
        for ridge in &ridges {
            let edge = ridge.top(x);
            let top = (edge.ceil() as usize).min(below);
            for (y, colour) in ridge.colours.iter().enumerate().take(below).skip(top) {
                canvas.set(x, y, *colour);
            }
            if (1..below).contains(&top) {
                edges.push((top - 1, ridge.colours[top], edge.ceil() - edge));
            }
            below = top;
        }
        for (y, colour) in sky.iter().enumerate().take(below) {
            canvas.set(x, y, *colour);
        }
        // The row that a ridge covers in part, once what lies behind it is there.
        for (y, colour, share) in edges.into_iter().rev() {
            canvas.blend(x, y, colour, share);
        }
        canvas.set_skyline(x, below);
    }
    Disc::new(dice, mood).shine(&mut canvas);
    if mood.stars {
        scatter_stars(dice, &mut canvas);
    } else {
        fly_birds(dice, &mut canvas);
    }
    canvas
}

/// How many ridges stand behind each other.
const RIDGES: usize = 5;

/// The colours of one time of day.
#[derive(Clone, Copy)]
struct Mood {
    zenith: Rgb,
    horizon: Rgb,
    disc: Rgb,
    near: Rgb,
    stars: bool,
}

const MOODS: [Mood; 6] = [
    // Dawn.
    Mood {
        zenith: [86, 112, 178],
        horizon: [255, 201, 161],
        disc: [255, 240, 205],
        near: [46, 50, 84],
        stars: false,
    },
    // Clear day.
    Mood {
        zenith: [72, 142, 214],
        horizon: [214, 236, 246],
        disc: [255, 252, 226],
        near: [24, 74, 72],
        stars: false,
    },
    // Sunset.
    Mood {
        zenith: [92, 58, 120],
        horizon: [255, 158, 98],
        disc: [255, 226, 150],
        near: [52, 24, 58],
        stars: false,
    },
    // Night.
    Mood {
        zenith: [14, 20, 52],
        horizon: [88, 110, 168],
        disc: [240, 244, 255],
        near: [8, 14, 34],
        stars: true,
    },
    // Green valley.
    Mood {
        zenith: [126, 190, 196],
        horizon: [246, 240, 206],
        disc: [255, 255, 236],
        near: [30, 78, 46],
        stars: false,
    },
    // Rose evening.
    Mood {
        zenith: [70, 84, 150],
        horizon: [246, 182, 192],
        disc: [255, 236, 230],
        near: [58, 38, 78],
        stars: false,
    },
];

/// One ridge: the height of each column, and a colour for each row.
struct Ridge {
    base: f32,
    waves: [(f32, f32, f32); 4],
    pines: Option<Pines>,
    colours: Vec<Rgb>,
}

impl Ridge {
    /// Ridge number 0 is the nearest; farther ones are higher, paler and smoother.
    fn new(dice: &mut Dice, mood: Mood, depth: usize) -> Self {
        let far = depth as f32 / (RIDGES - 1) as f32;
        let height = HEIGHT as f32;
        let base = height * (0.86 - 0.44 * far) + dice.between(-6.0, 6.0);
        let swell = 5.0 + 13.0 * far;
        let waves = [1.0, 2.3, 5.1, 11.7].map(|pitch: f32| {
            let amplitude = swell / pitch.powf(0.85) * dice.between(0.6, 1.2);
            let frequency = pitch * dice.between(0.9, 1.3) * std::f32::consts::TAU / 290.0;
            (
                amplitude,
                frequency,
                dice.between(0.0, std::f32::consts::TAU),
            )
        });
        let body = mix(mood.near, mood.horizon, far * 0.78);
        let mist = mix(body, mood.horizon, 0.42);
        Self {
            base,
            waves,
            pines: (depth == 0).then(|| Pines::new(dice)),
            colours: gradient(body, mist, base - swell, base + 46.0),
        }
    }

    /// Where the ridge ends in column `x`, in rows from the top.
    fn top(&self, x: usize) -> f32 {
        let x = x as f32;
        let wave: f32 = (self.waves.iter())
            .map(|(amplitude, frequency, phase)| amplitude * (x * frequency + phase).sin())
            .sum();
        let pines = self.pines.as_ref().map_or(0.0, |pines| pines.height(x));
        (self.base + wave - pines).clamp(0.0, HEIGHT as f32)
    }
}

/// Pines on the nearest ridge, each a triangle.
struct Pines {
    trees: Vec<(f32, f32)>,
}

impl Pines {
    fn new(dice: &mut Dice) -> Self {
        let mut trees = Vec::new();
        let mut x = dice.between(-4.0, 6.0);
        while x < WIDTH as f32 + 8.0 {
            trees.push((x, dice.between(9.0, 22.0)));
            // Groves with gaps between them.
            x += if dice.below(7) == 0 {
                dice.between(16.0, 44.0)
            } else {
                dice.between(5.0, 9.0)
            };
        }
        Self { trees }
    }

    fn height(&self, x: f32) -> f32 {
        (self.trees.iter())
            .map(|(centre, height)| height - (x - centre).abs() * 3.1)
            .fold(0.0, f32::max)
    }
}

/// The sun or the moon, with its glow. Only the sky is lit.
struct Disc {
    x: f32,
    y: f32,
    radius: f32,
    colour: Rgb,
}

impl Disc {
    fn new(dice: &mut Dice, mood: Mood) -> Self {
        Self {
            x: dice.between(40.0, WIDTH as f32 - 40.0),
            y: dice.between(22.0, 52.0),
            radius: dice.between(9.0, 15.0),
            colour: mood.disc,
        }
    }

    fn shine(&self, canvas: &mut Canvas) {
        let reach = self.radius * 5.0;
        let columns = (self.x - reach).max(0.0) as usize..((self.x + reach) as usize).min(WIDTH);
        for x in columns {
            let rows = (self.y - reach).max(0.0) as usize..canvas.skyline(x);
            for y in rows {
                let (dx, dy) = (x as f32 - self.x, y as f32 - self.y);
                let distance = (dx * dx + dy * dy).sqrt();
                let glow = (1.0 - distance / reach).max(0.0);
                let body = (self.radius - distance + 0.5).clamp(0.0, 1.0);
                canvas.blend(x, y, self.colour, body.max(0.5 * glow * glow));
            }
        }
    }
}

fn scatter_stars(dice: &mut Dice, canvas: &mut Canvas) {
    for _ in 0..70 {
        let (x, y) = (dice.below(WIDTH), dice.below(HEIGHT / 2));
        if y < canvas.skyline(x) {
            canvas.blend(x, y, [255, 255, 255], dice.between(0.25, 0.9));
        }
    }
}

fn fly_birds(dice: &mut Dice, canvas: &mut Canvas) {
    let (x, y) = (dice.between(30.0, 250.0), dice.between(16.0, 44.0));
    for _ in 0..3 + dice.below(4) {
        let (x, y) = (x + dice.between(-26.0, 26.0), y + dice.between(-12.0, 12.0));
        let span = dice.between(3.0, 5.5);
        for step in -8_i8..=8 {
            // Two arcs that meet at the body.
            let along = f32::from(step) / 8.0;
            let lift = (along.abs() * std::f32::consts::PI).sin() * span * 0.45;
            let (x, y) = ((x + along * span) as usize, (y - lift) as usize);
            if x < WIDTH && y < canvas.skyline(x) {
                canvas.blend(x, y, [30, 30, 46], 0.7);
            }
        }
    }
}

/// One colour for each row: `top` down to row `from`, `bottom` from row `to` on.
fn gradient(top: Rgb, bottom: Rgb, from: f32, to: f32) -> Vec<Rgb> {
    (0..HEIGHT)
        .map(|y| {
            mix(
                top,
                bottom,
                ((y as f32 - from) / (to - from)).clamp(0.0, 1.0),
            )
        })
        .collect()
}

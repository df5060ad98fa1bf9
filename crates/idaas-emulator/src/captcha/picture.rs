//! The two pictures of a captcha: the background with its hole, and the piece.

use super::canvas::{self, Rgb};
use super::dice::Dice;
use super::jigsaw::{Jigsaw, SIDE};
use super::scene::{self, HEIGHT, WIDTH};

/// A captcha ready to be shown, and its answer.
pub(crate) struct Picture {
    /// PNG, 310×155, with a hole.
    pub(crate) background: Vec<u8>,
    /// PNG, 47×155, transparent around the piece.
    pub(crate) piece: Vec<u8>,
    /// Distance of the hole's left edge from the left edge of the background, in pixels.
    pub(crate) left: u16,
}

/// The piece starts at the left edge, so the hole keeps clear of it, as AJ-Captcha's does.
const LEFTMOST: usize = 100;
/// Room between the hole and the edges of the picture.
const MARGIN: usize = 5;

impl Picture {
    /// Draws the captcha that belongs to `seed`.
    pub(crate) fn draw(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let mut background = scene::paint(&mut dice);
        let left = LEFTMOST + dice.below(WIDTH - SIDE - MARGIN - LEFTMOST);
        let top = MARGIN + dice.below(HEIGHT - SIDE - 2 * MARGIN);
        let jigsaw = Jigsaw::new(dice.below(4));
        let mut piece = vec![0_u8; SIDE * HEIGHT * 4];
        for y in 0..SIDE {
            for x in 0..SIDE {
                let distance = jigsaw.distance(x, y);
                let inside = (0.5 - distance).clamp(0.0, 1.0);
                let (at_x, at_y) = (left + x, top + y);
                if inside > 0.0 {
                    let rim = (1.6 + distance).clamp(0.0, 1.0) * 0.75;
                    let Rgb(red, green, blue) = background.at(at_x, at_y).mix(WHITE, rim);
                    let at = ((top + y) * SIDE + x) * 4;
                    if let Some(pixel) = piece.get_mut(at..at + 4) {
                        pixel.copy_from_slice(&[red, green, blue, (inside * 255.0) as u8]);
                    }
                }
                // Darker towards the rim, as if the hole had depth, then a bright edge.
                let depth = (1.0 + distance / 9.0).clamp(0.0, 1.0);
                background.blend(at_x, at_y, BLACK, inside * (0.42 + 0.2 * depth));
                let edge = (1.2 - distance.abs()).clamp(0.0, 1.0);
                background.blend(at_x, at_y, WHITE, edge * 0.55);
            }
        }
        Self {
            background: background.into_png(),
            piece: canvas::encode(SIDE, HEIGHT, png::ColorType::Rgba, &piece),
            left: left as u16,
        }
    }
}

const WHITE: Rgb = Rgb(255, 255, 255);
const BLACK: Rgb = Rgb(6, 8, 18);

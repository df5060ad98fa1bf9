//! The two pictures of a captcha: the background with its hole, and the piece.

use super::canvas::{self, Rgb, mix};
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
                    let [red, green, blue] = mix(background.at(at_x, at_y), WHITE, rim);
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

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [6, 8, 18];

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "what is not there fails the test")]

    use super::*;

    struct Decoded {
        width: usize,
        height: usize,
        channels: usize,
        pixels: Vec<u8>,
    }

    impl Decoded {
        fn at(&self, x: usize, y: usize) -> &[u8] {
            let start = (y * self.width + x) * self.channels;
            &self.pixels[start..start + self.channels]
        }
    }

    fn decode(file: &[u8]) -> Decoded {
        let mut reader = png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        Decoded {
            width: info.width as usize,
            height: info.height as usize,
            channels: info.color_type.samples(),
            pixels,
        }
    }

    /// How different two colours are, 0 to 765.
    fn difference(one: &[u8], other: &[u8]) -> u32 {
        let channels = one.iter().zip(other);
        channels.map(|(a, b)| u32::from(a.abs_diff(*b))).sum()
    }

    /// Whether nothing of the piece is within two pixels, for its edge casts light.
    fn is_far_from_piece(piece: &Decoded, x: usize, y: usize) -> bool {
        let columns = x.saturating_sub(2)..(x + 3).min(SIDE);
        let rows = y.saturating_sub(2)..(y + 3).min(HEIGHT);
        columns
            .clone()
            .all(|x| rows.clone().all(|y| piece.at(x, y)[3] == 0))
    }

    #[test]
    fn both_pictures_are_png_of_the_documented_size() {
        for seed in 0..20 {
            let picture = Picture::draw(seed);
            let (background, piece) = (decode(&picture.background), decode(&picture.piece));
            assert_eq!(
                (background.width, background.height, background.channels),
                (310, 155, 3)
            );
            assert_eq!((piece.width, piece.height, piece.channels), (47, 155, 4));
            assert!(
                (100..=258).contains(&picture.left),
                "the hole is at {}",
                picture.left
            );
        }
    }

    #[test]
    fn the_piece_continues_the_picture_around_the_hole() {
        for seed in 0..20 {
            let picture = Picture::draw(seed);
            let whole = scene::paint(&mut Dice::new(seed));
            let (holed, piece) = (decode(&picture.background), decode(&picture.piece));
            let left = usize::from(picture.left);
            let mut cut_out = 0;
            for y in 0..HEIGHT {
                for x in 0..SIDE {
                    let pixel = piece.at(x, y);
                    let original = whole.at(left + x, y);
                    let shown = holed.at(left + x, y);
                    if is_far_from_piece(&piece, x, y) {
                        assert_eq!(shown, original, "seed {seed}: {x}, {y} is outside the hole");
                    } else if pixel[3] == 255 && pixel[..3] == original {
                        cut_out += 1;
                        assert!(
                            difference(shown, &original) > 10,
                            "seed {seed}: at {x}, {y} is no hole"
                        );
                    }
                }
            }
            // The square alone has 35 by 35 pixels, less the rim and the sockets.
            assert!(
                cut_out > 700,
                "seed {seed}: the piece shows {cut_out} pixels of the picture"
            );
            for (x, y) in [(0, 0), (309, 0), (0, 154), (90, 70), (309, 154)] {
                let original = whole.at(x, y);
                assert_eq!(holed.at(x, y), original, "seed {seed}: far from the hole");
            }
        }
    }

    #[test]
    fn a_hole_starts_where_the_answer_says() {
        for variant in 0..4 {
            let jigsaw = Jigsaw::new(variant);
            let first = (0..SIDE).find(|x| (0..SIDE).any(|y| jigsaw.distance(*x, y) < 0.0));
            let last = (0..SIDE).rfind(|x| (0..SIDE).any(|y| jigsaw.distance(*x, y) < 0.0));
            assert_eq!((first, last), (Some(1), Some(45)), "variant {variant}");
        }
    }

    #[test]
    fn captchas_differ_and_repeat_by_seed() {
        let (one, same, other) = (Picture::draw(1), Picture::draw(1), Picture::draw(2));
        assert!(one.background == same.background && one.left == same.left);
        assert!(one.background != other.background);
        let places: std::collections::BTreeSet<u16> =
            (0..64).map(|seed| Picture::draw(seed).left).collect();
        assert!(
            places.len() > 40,
            "64 captchas have {} places",
            places.len()
        );
    }
}

//! The outline of the piece.

/// Width and height of the box around the piece, in pixels.
pub(crate) const SIDE: usize = 47;

/// How far a pixel is inside the piece: positive outside, negative inside, in pixels.
///
/// A rounded square with two knobs and two sockets; which sides have which depends on the variant.
pub(crate) struct Jigsaw {
    flip_x: bool,
    flip_y: bool,
}

impl Jigsaw {
    /// One of four pieces; `variant` is taken modulo 4.
    pub(crate) const fn new(variant: usize) -> Self {
        Self {
            flip_x: variant & 1 == 1,
            flip_y: variant & 2 == 2,
        }
    }

    /// The signed distance of the middle of a pixel from the outline.
    pub(crate) fn distance(&self, x: usize, y: usize) -> f32 {
        let mirror = |at: usize, flip: bool| {
            let at = at as f32 + 0.5;
            if flip { SIDE as f32 - at } else { at }
        };
        let (x, y) = (mirror(x, self.flip_x), mirror(y, self.flip_y));
        let circle = |cx: f32, cy: f32| (x - cx).hypot(y - cy) - KNOB;
        let middle = (LOW + HIGH) / 2.0;
        let flipped = SIDE as f32 - HIGH;
        let body = rounded_square(x - middle, y - (flipped + SIDE as f32 - LOW) / 2.0);
        let across = SIDE as f32 - middle;
        let knobs = circle(HIGH + REACH, across).min(circle(middle, flipped - REACH));
        let sockets = circle(LOW + REACH, across).min(circle(middle, SIDE as f32 - LOW - REACH));
        body.min(knobs).max(-sockets)
    }
}

/// The square's sides, from the left (and mirrored, from the bottom).
const LOW: f32 = 1.0;
const HIGH: f32 = 36.5;
/// Radius of knobs and sockets.
const KNOB: f32 = 5.8;
/// Distance of a knob's middle from the side it sits on: less than the radius, so that it has a neck.
const REACH: f32 = 3.7;
/// Radius of the square's corners.
const CORNER: f32 = 3.0;

fn rounded_square(dx: f32, dy: f32) -> f32 {
    let half = (HIGH - LOW) / 2.0 - CORNER;
    let (dx, dy) = (dx.abs() - half, dy.abs() - half);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - CORNER
}

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::{Failure, lane::Lane, setting::Setting};

/// Times a run: by the clock on the wall, and by what this process used of the processors.
pub(crate) fn time(
    run: impl FnOnce() -> Result<(), Failure>,
) -> Result<(Duration, Duration), Failure> {
    let (wall, cpu) = (Instant::now(), used());
    run()?;
    Ok((wall.elapsed(), used() - cpu))
}

/// Opens the connections of a lane, warms it up, and tells how many calls fill a slice.
pub(crate) fn calls_in(slice: Duration, lane: &Lane, setting: Setting) -> Result<usize, Failure> {
    let trial = 512;
    lane.run(trial)?;
    let (wall, _) = time(|| lane.run(trial))?;
    let calls = slice.as_secs_f64() / wall.as_secs_f64() * trial as f64;
    Ok((calls as usize).max(1).next_multiple_of(setting.in_flight))
}

/// What all threads of this process used so far.
fn used() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        time.tv_sec.unsigned_abs(),
        u32::try_from(time.tv_nsec).unwrap_or_default(),
    )
}

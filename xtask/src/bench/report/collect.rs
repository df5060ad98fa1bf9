use super::{Calls, Judged, Offline, Report, Rounds};
use crate::bench::samples::{Sample, Setting};
use crate::bench::spread::Spread;

impl Report {
    /// Puts together what was timed of each contender and each work.
    pub(super) fn add_times(&mut self, samples: &[Sample]) -> Result<(), String> {
        let mut calls: Vec<(Setting, String, Rounds)> = Vec::new();
        let mut offline: Vec<(String, Vec<f64>)> = Vec::new();
        for sample in samples {
            match sample {
                Sample::Calls {
                    setting,
                    contender,
                    wall_ns,
                    cpu_ns,
                } => {
                    let known = calls
                        .iter()
                        .position(|(of, who, _)| of == setting && who == contender);
                    let at = known.unwrap_or_else(|| {
                        calls.push((setting.clone(), contender.clone(), Rounds::default()));
                        calls.len() - 1
                    });
                    let rounds = &mut calls[at].2;
                    rounds.wall.push(wall_ns / 1e3);
                    rounds.cpu.push(cpu_ns / 1e3);
                }
                Sample::Offline { work, cpu_ns } => {
                    let known = offline.iter().position(|(name, _)| name == work);
                    let at = known.unwrap_or_else(|| {
                        offline.push((work.clone(), Vec::new()));
                        offline.len() - 1
                    });
                    offline[at].1.push(cpu_ns / 1e3);
                }
                _ => return Err(format!("{sample:?} is not about time")),
            }
        }
        for (setting, contender, rounds) in calls {
            let spread = |of: &[f64]| Spread::of(of.iter().copied()).ok_or("no round was measured");
            self.calls.push(Calls {
                setting,
                contender,
                wall_us: spread(&rounds.wall)?,
                cpu_us: spread(&rounds.cpu)?,
                allocations: None,
                bytes: None,
                instructions: None,
                rounds,
            });
        }
        for (work, cpu) in offline {
            let (most_us, most_allocations) = offline_budget(&work);
            let cpu = Spread::of(cpu).ok_or("no round was measured")?;
            self.offline.push(Offline {
                work,
                cpu_us: Judged::new(cpu, most_us),
                allocations: None,
                most_allocations,
                bytes: None,
            });
        }
        Ok(())
    }

    /// Adds what was counted to what was timed.
    pub(super) fn add_allocations(&mut self, samples: &[Sample]) {
        for sample in samples {
            match sample {
                Sample::CallAllocations {
                    setting,
                    contender,
                    allocations,
                    bytes,
                } => {
                    if let Some(calls) = self.find_mut(setting, contender) {
                        calls.allocations = Some(*allocations);
                        calls.bytes = Some(*bytes);
                    }
                }
                Sample::OfflineAllocations {
                    work,
                    allocations,
                    bytes,
                } => {
                    let offline = self
                        .offline
                        .iter_mut()
                        .find(|offline| offline.work == *work);
                    if let Some(offline) = offline {
                        offline.allocations = Some(*allocations);
                        offline.bytes = Some(*bytes);
                    }
                }
                Sample::Calls { .. } | Sample::Offline { .. } => {}
            }
        }
    }
}

/// Most microseconds and most allocations.
fn offline_budget(work: &str) -> (Option<f64>, Option<f64>) {
    match work {
        "login" => (Some(5.0), Some(20.0)),
        "construction" => (Some(100.0), None),
        _ => (None, None),
    }
}

use std::{hint::black_box, sync::Arc};

use tokio::{runtime, task::JoinSet};

use crate::{
    Failure,
    contender::{ByHyperUtil, ByReqwest, Contender, Ours, RawSocket},
    service::Target,
    setting::Setting,
};

/// A contender in a setting, with a runtime and connections of its own.
pub(crate) struct Lane {
    name: &'static str,
    run: Box<dyn Fn(usize) -> Result<(), Failure>>,
}

impl Lane {
    /// The contenders, in the order in which they take turns.
    pub(crate) const NAMES: [&str; 4] = [
        RawSocket::NAME,
        ByHyperUtil::NAME,
        ByReqwest::NAME,
        Ours::NAME,
    ];

    /// Every contender, in that order.
    pub(crate) fn all(target: &Target, setting: Setting) -> Result<Vec<Self>, Failure> {
        Self::NAMES
            .into_iter()
            .map(|name| Self::of(name, target, setting))
            .collect()
    }

    /// The contender of this name.
    pub(crate) fn of(name: &str, target: &Target, setting: Setting) -> Result<Self, Failure> {
        match name {
            RawSocket::NAME => Self::new::<RawSocket>(target, setting),
            ByHyperUtil::NAME => Self::new::<ByHyperUtil>(target, setting),
            ByReqwest::NAME => Self::new::<ByReqwest>(target, setting),
            Ours::NAME => Self::new::<Ours>(target, setting),
            _ => Err(format!("there is no contender `{name}`").into()),
        }
    }

    pub(crate) const fn name(&self) -> &'static str {
        self.name
    }

    /// Makes so many calls, as many at once as the setting says.
    pub(crate) fn run(&self, calls: usize) -> Result<(), Failure> {
        (self.run)(calls)
    }

    fn new<C: Contender>(target: &Target, setting: Setting) -> Result<Self, Failure> {
        let runtime = match setting.threads {
            1 => runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
            threads => runtime::Builder::new_multi_thread()
                .worker_threads(threads)
                .enable_all()
                .build()?,
        };
        let contender = Arc::new(C::new(target)?);
        let run = move |calls| runtime.block_on(at_once(&contender, setting.in_flight, calls));
        Ok(Self {
            name: C::NAME,
            run: Box::new(run),
        })
    }
}

async fn at_once<C: Contender>(
    contender: &Arc<C>,
    in_flight: usize,
    calls: usize,
) -> Result<(), Failure> {
    let mut callers = JoinSet::<Result<(), Failure>>::new();
    for _ in 0..in_flight {
        let contender = Arc::clone(contender);
        callers.spawn(async move {
            for _ in 0..calls / in_flight {
                black_box(contender.login().await?);
            }
            Ok(())
        });
    }
    while let Some(caller) = callers.join_next().await {
        caller??;
    }
    Ok(())
}

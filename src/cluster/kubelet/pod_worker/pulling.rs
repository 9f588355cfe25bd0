//! A container's image: checked, pulled, or not to be had.
//!
//! A kubelet pulls one image at a time. Failed pulls are tried again after 10 s, 20 s, 40 s … 5 min.
//!
//! Source: pkg/kubelet/images/image_manager.go, Kubernetes v1.36.

use super::{Context, Hands, PodWorker, Stage};
use crate::clock::Instant;
use crate::kubelet::run::NoImage;
use api::objects::pod::full_image_name;
use api::objects::text::Text;
use std::time::Duration;

/// Bytes a second.
const PULL_SPEED: u64 = 25_000_000;
/// How often what no back-off holds is tried again: 10 s. Source: `backOffPeriod` of the pod workers.
const RESYNC: Duration = Duration::from_secs(10);

impl PodWorker {
    /// Sees to a container's image; says whether there is something to report.
    pub(super) fn begin_pull(&mut self, container: usize, ctx: &mut Context<'_>, hands: &mut Hands<'_>) -> bool {
        let now = ctx.api.now();
        let part = self.part(container);
        let image = &part.container.image;
        let pace = hands.shared.pace;
        if let Some(why) = part.misnamed {
            let error: Text =
                format!("Failed to apply default image tag \"{image}\": couldn't parse image name \"{image}\": {why}")
                    .into();
            return self.has_no_image(container, "InvalidImageName", "InspectFailed", error, ctx, hands);
        }
        let here = hands.kubelet.pulled.contains(image);
        match (&*part.container.image_pull_policy, here) {
            ("Never", false) => {
                let error: Text =
                    format!("Container image \"{image}\" is not present with pull policy of Never").into();
                self.has_no_image(container, "ErrImageNeverPull", "ErrImageNeverPull", error, ctx, hands)
            }
            ("Always", _) | (_, false) => {
                let takes = match (here, part.image.exists) {
                    (false, true) => pace.pull + Duration::from_millis(part.image.size * 1000 / PULL_SPEED),
                    _ => pace.pull_check,
                };
                self.say(ctx, hands.kubelet, false, "Pulling".into(), part.pulling.clone(), Some(container));
                // One pull at a time: this one begins when those before it are over.
                let from = now.max(hands.kubelet.pulling_until);
                hands.kubelet.pulling_until = from + takes;
                let millis = |time: Duration| u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
                let waited = millis((from + takes).since(now));
                self.stage = Stage::Pull { container: container as u16, took: millis(takes), waited };
                self.until = from + takes;
                // A pull takes a while, in which the address can be seen.
                !here
            }
            _ => {
                self.say(ctx, hands.kubelet, false, "Pulled".into(), part.present.clone(), Some(container));
                self.begin_start(container, now + pace.start);
                false
            }
        }
    }

    fn begin_start(&mut self, container: usize, until: Instant) {
        self.runs[container].pulled = true;
        self.stage = Stage::Start { container: container as u16 };
        self.until = until;
    }

    /// A pull is over, well or not; says whether there is something to report.
    pub(super) fn pull_is_over(
        &mut self,
        container: usize,
        times: [Duration; 2],
        ctx: &mut Context<'_>,
        hands: &mut Hands<'_>,
    ) -> bool {
        let part = self.part(container);
        let name = &part.container.image;
        if !part.image.exists {
            let full = full_image_name(name);
            let error: Text = format!(
                "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": {full}: not found"
            )
            .into();
            return self.has_no_image(container, "ErrImagePull", "Failed", error, ctx, hands);
        }
        if !hands.kubelet.pulled.contains(name) {
            let pulled = &mut hands.kubelet.pulled;
            pulled.reserve_exact(1);
            pulled.push(name.clone());
        }
        let text = hands.shared.pulled_text(name, part.image.size, times);
        self.say(ctx, hands.kubelet, false, "Pulled".into(), text, Some(container));
        self.begin_start(container, ctx.api.now() + hands.shared.pace.start);
        false
    }

    /// A container can't start for want of its image: says so, and when it is tried again.
    fn has_no_image(
        &mut self,
        container: usize,
        reason: &'static str,
        event: &'static str,
        error: Text,
        ctx: &mut Context<'_>,
        hands: &mut Hands<'_>,
    ) -> bool {
        let now = ctx.api.now();
        let failed_pull = reason == "ErrImagePull";
        let words: Text = match failed_pull {
            true => format!("Failed to pull image \"{}\": {error}", self.part(container).container.image).into(),
            false => error.clone(),
        };
        self.say(ctx, hands.kubelet, true, event.into(), words, Some(container));
        self.say(ctx, hands.kubelet, true, "Failed".into(), format!("Error: {reason}"), Some(container));
        let run = &mut self.runs[container];
        let wait = if failed_pull { run.next_pull_wait(hands.shared.pace.pull_back_off) } else { RESYNC };
        let speak_at = if failed_pull { now + hands.shared.pace.next_sync } else { crate::kubelet::probe::NEVER };
        run.lack_image(NoImage { reason, error, retry_at: now + wait, wait, backing_off: false, speak_at });
        (self.stage, self.until) = (Stage::Watch, crate::kubelet::probe::NEVER);
        true
    }
}

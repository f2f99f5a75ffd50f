//! Who is away in these days, and who is in reserve elsewhere.

use hailong_core::{
    context::Actor,
    serve::{
        office::Validity,
        official::{self, Absence, Post, Role},
    },
    time::Day,
};
use hailong_store::Store;

use super::{chance::seed_of, script};

/// Official, first and last day away, deputy: of the same office.
const AWAY: [(&str, &str, &str, &str); 3] = [
    ("tran-phan-4", "2017-06-26", "2017-07-07", "tran-phan-1"),
    ("huyen-dam-doi-2", "2017-06-29", "2017-07-04", "huyen-dam-doi-3"),
    ("tan-thuan-2", "2017-07-03", "2017-07-14", "tan-thuan-1"),
];
/// Official, and the neighbouring office at which they are in reserve.
const RESERVE: [(&str, &str); 3] =
    [("tan-duyet-3", "tran-phan"), ("quach-pham-2", "nguyen-huan"), ("tan-dan-2", "thi-tran-dam-doi")];

/// Notes what is not noted yet: a demo may be stopped here.
pub(super) async fn arrange(store: &Store, seed: u64) -> anyhow::Result<()> {
    for (number, (who, from, to, deputy)) in (0..).zip(AWAY) {
        let directory = store.directory();
        let (Some(from), Some(to)) = (Day::parse(from), Day::parse(to)) else { continue };
        if directory.official(who)?.absence_on(from).is_some() {
            continue;
        }
        let ctx =
            store.context(Actor::System, script::opening(), &directory, seed_of(seed, "absence", number));
        let absence = Absence { official: who.into(), from, to, deputy: deputy.into() };
        store.commit(official::note_absence(absence, &ctx)?).await?;
    }
    for (number, (who, office)) in (0..).zip(RESERVE) {
        let directory = store.directory();
        let known = directory.official(who)?;
        if known.all_posts().iter().any(|post| post.reserve) {
            continue;
        }
        let post = Post {
            office_id: office.into(),
            role: Role::Official,
            title_vi: "Công chức dự phòng".into(),
            validity: Validity::new(Day::parse("2017-04-03"), None),
            reserve: true,
        };
        let ctx =
            store.context(Actor::System, script::opening(), &directory, seed_of(seed, "reserve", number));
        store.commit(official::take_post(who, post, &ctx)?).await?;
    }
    Ok(())
}

//! "What do I bring?": a few questions that follow from the conditions of the documents, and the list they leave.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Document, Need, Procedure};
use crate::text::fold;

/// A question to the applicant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable key within the procedure.
    pub key: String,
    /// In Vietnamese.
    pub text_vi: String,
    /// In English, when it was translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_en: Option<String>,
    /// What can be answered; empty means yes or no, with the keys `yes` and `no`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// An answer that can be given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable key within the question.
    pub key: String,
    /// In Vietnamese.
    pub text_vi: String,
    /// In English, when it was translated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_en: Option<String>,
}

/// What to do about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Bring it.
    Bring,
    /// Bring it if you have one.
    IfHeld,
    /// Bring it in case the office cannot find it in a database.
    IfNotInDatabase,
    /// It depends on a question that is not answered yet.
    Open,
    /// Not needed.
    NotNeeded,
}

/// A document with what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bring<'a> {
    /// The document.
    pub document: &'a Document,
    /// What to do.
    pub verdict: Verdict,
}

/// What a common condition means.
enum Means {
    /// The words are a remark: the document is needed always.
    Always,
    /// As [`Need::Held`].
    Held,
    /// As [`Need::NotInDatabase`].
    NotInDatabase,
    /// A question with this key, in Vietnamese and English, and "yes".
    Ask(&'static str, &'static str, &'static str),
}

/// Conditions as the published data words them (folded), the more special first.
const COMMON: [(&str, Means); 18] = [
    ("khong co ban sao thi", Means::Always),
    ("khai thac duoc", Means::NotInDatabase),
    ("du lieu dien tu", Means::NotInDatabase),
    ("neu co", Means::Held),
    (
        "tre bi bo roi",
        Means::Ask("abandoned", "Trẻ có bị bỏ rơi không?", "Is it a child that was abandoned?"),
    ),
    (
        "mang thai ho",
        Means::Ask(
            "surrogacy",
            "Trẻ có được sinh ra nhờ mang thai hộ không?",
            "Was the child born to a surrogate mother?",
        ),
    ),
    (
        "chet da lau",
        Means::Ask(
            "long-ago",
            "Người mất đã mất từ lâu và không có giấy báo tử phải không?",
            "Did the person die long ago, without a notice of death?",
        ),
    ),
    (
        "da ly hon",
        Means::Ask(
            "married-before",
            "Ông/bà đã ly hôn, hoặc vợ (chồng) đã mất phải không?",
            "Are you divorced or widowed?",
        ),
    ),
    (
        "cap lai hoac het han",
        Means::Ask(
            "issued-before",
            "Ông/bà đã từng được cấp giấy này (nay xin cấp lại, hoặc giấy đã hết hạn) phải không?",
            "Were you given this certificate before (lost, or expired)?",
        ),
    ),
    (
        "noi khac noi cu tru",
        Means::Ask(
            "elsewhere",
            "Ông/bà làm thủ tục ở nơi khác nơi cư trú phải không?",
            "Do you apply elsewhere than where you live?",
        ),
    ),
    (
        "dai dien/than nhan",
        Means::Ask(
            "relative",
            "Ông/bà yêu cầu với tư cách người đại diện hoặc thân nhân phải không?",
            "Do you ask as a representative or a relative?",
        ),
    ),
    (
        "chuyen quyen",
        Means::Ask(
            "from-others",
            "Đất có được thừa kế, tặng cho hoặc nhận chuyển nhượng từ người khác không?",
            "Was the land inherited, given or bought from somebody?",
        ),
    ),
    (
        "the chap",
        Means::Ask("mortgaged", "Đất, nhà có đang thế chấp không?", "Is the land or house mortgaged?"),
    ),
    (
        "thanh vien ho gia dinh",
        Means::Ask(
            "household",
            "Hộ kinh doanh có do các thành viên trong gia đình cùng lập không?",
            "Do members of a family found the business together?",
        ),
    ),
    (
        "nhom ca nhan",
        Means::Ask(
            "group",
            "Hộ kinh doanh có do một nhóm cá nhân lập không?",
            "Was the business founded by a group of persons?",
        ),
    ),
    ("do lai", Means::Ask("surveyed", "Thửa đất có được đo lại không?", "Was the plot surveyed again?")),
    (
        "khi doi",
        Means::Ask(
            "exchange",
            "Ông/bà xin đổi giấy và còn giữ giấy cũ phải không?",
            "Do you ask for an exchange and still hold the old paper?",
        ),
    ),
    (
        "uy quyen",
        Means::Ask(
            "proxy",
            "Ông/bà có nộp hồ sơ thay cho người khác không?",
            "Do you hand this in for somebody else?",
        ),
    ),
];

impl Question {
    /// The keys of its answers.
    pub fn answers(&self) -> impl Iterator<Item = &str> {
        let yes_no = self.choices.is_empty().then_some(["yes", "no"]).into_iter().flatten();
        yes_no.chain(self.choices.iter().map(|choice| choice.key.as_str()))
    }

    fn yes_no(key: String, text_vi: String, text_en: Option<String>) -> Self {
        Self { key, text_vi, text_en, choices: Vec::new() }
    }
}

impl Procedure {
    /// The questions worth asking, in the order of the documents they decide about; each once.
    pub fn questions(&self) -> Vec<Question> {
        let mut questions: Vec<Question> = Vec::new();
        for document in &self.documents {
            let Some((question, _)) = self.question_of(document) else { continue };
            if questions.iter().all(|known| known.key != question.key) {
                questions.push(question.into_owned());
            }
        }
        questions
    }

    /// Every document with what to do about it, for these answers (key of the question → key of the answer).
    pub fn to_bring(&self, answers: &BTreeMap<String, String>) -> Vec<Bring<'_>> {
        let bring = |document| Bring { document, verdict: self.verdict(document, answers) };
        self.documents.iter().map(bring).collect()
    }

    fn verdict(&self, document: &Document, answers: &BTreeMap<String, String>) -> Verdict {
        if let Some((question, is)) = self.question_of(document) {
            let given =
                answers.get(&question.key).filter(|given| question.answers().any(|key| key == *given));
            return match given {
                None => Verdict::Open,
                Some(given) if is.iter().any(|answer| answer == given) => Verdict::Bring,
                Some(_) => Verdict::NotNeeded,
            };
        }
        match (&document.need, common(document)) {
            (Some(Need::Held), _) | (None, Some(Means::Held)) => Verdict::IfHeld,
            (Some(Need::NotInDatabase), _) | (None, Some(Means::NotInDatabase)) => Verdict::IfNotInDatabase,
            _ => Verdict::Bring,
        }
    }

    /// The question that decides about a document, with the answers for which it is needed.
    fn question_of(&self, document: &Document) -> Option<(Cow<'_, Question>, Vec<String>)> {
        let yes = || vec!["yes".to_owned()];
        match (&document.need, common(document)) {
            (Some(Need::Answered { question, is }), _) => {
                let own = self.questions.iter().find(|own| own.key == *question).map(Cow::Borrowed);
                let question = own.or_else(|| standard(question).map(Cow::Owned))?;
                Some((question, is.clone()))
            }
            (Some(_), _) => None,
            (None, Some(Means::Ask(key, ..))) => Some((Cow::Owned(standard(key)?), yes())),
            (None, Some(_)) => None,
            (None, None) => {
                // A condition in words that nobody has typed yet: asked as it stands.
                let words = document.condition.as_deref()?;
                let key = fold(words).split(|c: char| !c.is_alphanumeric()).collect::<Vec<_>>().join("-");
                let text = format!("Trường hợp của ông/bà có phải là “{words}” không?");
                Some((Cow::Owned(Question::yes_no(key, text, None)), yes()))
            }
        }
    }
}

/// What the words of a document's condition mean, when they are common.
fn common(document: &Document) -> Option<&'static Means> {
    let words = fold(document.condition.as_deref()?);
    COMMON.iter().find(|(common, _)| words.contains(common)).map(|(_, means)| means)
}

/// The question of a common condition.
fn standard(wanted: &str) -> Option<Question> {
    COMMON.iter().find_map(|(_, means)| match means {
        Means::Ask(key, vi, en) if *key == wanted => {
            Some(Question::yes_no((*key).to_owned(), (*vi).to_owned(), Some((*en).to_owned())))
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::procedure::tests::of_2017;

    fn procedure(code: &str) -> Procedure {
        of_2017().into_iter().find(|procedure| procedure.code == code).unwrap()
    }

    fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, answer)| ((*key).to_owned(), (*answer).to_owned())).collect()
    }

    fn verdicts(procedure: &Procedure, pairs: &[(&str, &str)]) -> Vec<Verdict> {
        procedure.to_bring(&answers(pairs)).iter().map(|bring| bring.verdict).collect()
    }

    #[test]
    fn three_questions_narrow_the_papers_of_a_birth() {
        use Verdict::{Bring, NotNeeded, Open};
        let birth = procedure("1.001193");
        let keys: Vec<_> = birth.questions().into_iter().map(|question| question.key).collect();
        assert_eq!(keys, ["abandoned", "surrogacy", "proxy"]);
        assert_eq!(verdicts(&birth, &[]), [Bring, Bring, Open, Open, Open, Bring, Bring]);
        let mother = [("abandoned", "no"), ("surrogacy", "no"), ("proxy", "no")];
        assert_eq!(verdicts(&birth, &mother), [Bring, Bring, NotNeeded, NotNeeded, NotNeeded, Bring, Bring]);
        let finder = [("abandoned", "yes"), ("surrogacy", "no"), ("proxy", "perhaps")];
        assert_eq!(verdicts(&birth, &finder), [Bring, Bring, Bring, NotNeeded, Open, Bring, Bring]);
    }

    #[test]
    fn every_condition_becomes_a_question_a_hint_or_a_plain_bring() {
        for procedure in of_2017() {
            for bring in procedure.to_bring(&BTreeMap::new()) {
                let (name, words) = (&bring.document.name, &bring.document.condition);
                assert!(words.is_some() || bring.verdict == Verdict::Bring, "{} {name}", procedure.code);
            }
            let all: BTreeMap<_, _> =
                procedure.questions().into_iter().map(|question| (question.key, "yes".to_owned())).collect();
            assert!(procedure.to_bring(&all).iter().all(|bring| bring.verdict != Verdict::Open));
            for question in procedure.questions() {
                assert!(question.text_en.is_some(), "{} asks {}", procedure.code, question.text_vi);
            }
        }
    }

    #[test]
    fn a_condition_of_its_own_is_asked_as_it_stands() {
        let mut procedure = procedure("1.001193");
        procedure.documents.truncate(1);
        procedure.documents[0].condition = Some("sinh ngoài cơ sở y tế".into());
        let [question] = procedure.questions().try_into().unwrap();
        assert_eq!(question.text_vi, "Trường hợp của ông/bà có phải là “sinh ngoài cơ sở y tế” không?");
        assert_eq!(verdicts(&procedure, &[(&question.key, "no")]), [Verdict::NotNeeded]);
    }

    #[test]
    fn a_choice_of_several_answers_decides_too() {
        let mut procedure = procedure("1.013225");
        let choice = |key: &str, text: &str| Choice { key: key.into(), text_vi: text.into(), text_en: None };
        procedure.questions = vec![Question {
            key: "works".into(),
            text_vi: "Ông/bà xây dựng công trình gì?".into(),
            text_en: None,
            choices: vec![choice("house", "Nhà ở"), choice("shop", "Cửa hàng"), choice("other", "Khác")],
        }];
        procedure.documents[2].condition = Some("công trình không phải nhà ở".into());
        procedure.documents[2].need =
            Some(Need::Answered { question: "works".into(), is: vec!["shop".into(), "other".into()] });
        for (answer, verdict) in
            [("house", Verdict::NotNeeded), ("shop", Verdict::Bring), ("yes", Verdict::Open)]
        {
            assert_eq!(verdicts(&procedure, &[("works", answer)])[2], verdict, "{answer}");
        }
    }
}

//! Questionnaires that are ready: data, read like any other file.

use super::{
    file,
    question::{Questionnaire, Text},
};

/// A questionnaire that comes with the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// The 22 criteria under five factors of the measurement of satisfaction 2017–2020 (SIPAS; Quyết định 2640/QĐ-BNV of 2017).
    /// The official wording was not found; criteria and scale are its own, the sentences are ours.
    Sipas,
    /// The form of the district's dialogues (1,000 forms each), whose wave has its own place.
    Dialogue,
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Sipas, Self::Dialogue];

    /// Under which key it is kept once it is used.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sipas => "sipas-2017",
            Self::Dialogue => "dialogue",
        }
    }

    /// The template with that key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.key() == key)
    }

    /// The questionnaire.
    pub fn questionnaire(self) -> Questionnaire {
        let (vi, en, text) = match self {
            Self::Sipas => (
                "Mức độ hài lòng về sự phục vụ hành chính (22 tiêu chí)",
                "Satisfaction with public administrative services (22 criteria)",
                include_str!("template/sipas-2017.csv"),
            ),
            Self::Dialogue => (
                "Phiếu khảo sát trước hội nghị đối thoại",
                "Survey form before the dialogue",
                include_str!("template/dialogue.csv"),
            ),
        };
        // What is compiled in was read by the tests below.
        let empty = Questionnaire { title: Text::new(vi, en), factors: vec![], questions: vec![] };
        file::questionnaire(Text::new(vi, en), text).unwrap_or(empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::{dialogue::Topic, survey::question::Kind};

    #[test]
    fn sipas_has_four_five_six_three_and_four_criteria() {
        let sipas = Template::Sipas.questionnaire();
        assert_eq!(sipas.check(), Ok(()));
        let counts: Vec<_> = (0..5).map(|factor| sipas.criteria_of(factor).count()).collect();
        assert_eq!((sipas.factors.len(), counts), (5, vec![4, 5, 6, 3, 4]));
        // The overall satisfaction is asked beside the 22 and stands in no factor.
        assert_eq!(sipas.criteria().count(), 23);
        let expected = sipas.questions.iter().find(|question| question.key == "expected").unwrap();
        assert!(matches!(&expected.kind, Kind::Many { options, most: 3 } if options.len() == 10));
    }

    #[test]
    fn the_form_of_the_dialogue_asks_what_its_wave_counts() {
        let dialogue = Template::Dialogue.questionnaire();
        assert_eq!(dialogue.check(), Ok(()));
        let kinds: Vec<_> = dialogue.questions.iter().map(|question| question.kind.key()).collect();
        assert_eq!(kinds, ["yes_no", "one", "words"]);
        assert_eq!(dialogue.questions[1].kind.options().len(), Topic::ALL.len());
    }

    #[test]
    fn written_as_a_file_they_read_as_the_same() {
        for template in Template::ALL {
            let known = template.questionnaire();
            let again = file::questionnaire(known.title.clone(), &file::write(&known));
            assert_eq!(again, Ok(known));
            assert_eq!(Template::from_key(template.key()), Some(template));
        }
    }
}

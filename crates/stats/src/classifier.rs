//! A linear classifier that learns from one example at a time: multinomial logistic regression on hashed features.
//!
//! Each step is the gradient of the logarithmic loss, pₖ − 1[y = k], with a learning rate of its own for every weight
//! (AdaGrad; Duchi, Hazan and Singer 2011, "Adaptive subgradient methods", JMLR 12:2121–2159). Features are binary and each example
//! has length 1, so that long texts do not shout. The same examples in the same order give the same weights, bit for bit.

/// Features are numbers below this.
pub const FEATURES: u32 = 1 << 20;
/// First length of a step.
const STEP: f32 = 0.3;
/// Pull of every touched weight towards 0.
const PULL: f32 = 1e-6;
/// A feature that was never learned from.
const UNSEEN: u32 = u32::MAX;

/// See the module.
#[derive(Clone, Debug)]
pub struct Classifier {
    classes: usize,
    /// Row of each feature.
    rows: Vec<u32>,
    /// For each row: a weight per class, then the sum of its squared gradients per class.
    cells: Vec<f32>,
    /// The same for a feature that every example has.
    bias: Vec<f32>,
    /// How much an example of each class counts.
    importance: Vec<f32>,
    /// Most features that it learns from.
    most: usize,
}

impl Classifier {
    /// A classifier that knows nothing, for so many classes (at least 2).
    pub fn new(classes: usize) -> Self {
        Self::bounded(classes, FEATURES as usize)
    }

    /// The same with room for so many features; those that come later are not learned from.
    pub fn bounded(classes: usize, most: usize) -> Self {
        let classes = classes.max(2);
        Self {
            classes,
            rows: vec![UNSEEN; FEATURES as usize],
            cells: Vec::new(),
            bias: vec![0.0; 2 * classes],
            importance: vec![1.0; classes],
            most,
        }
    }

    /// How many classes it tells apart.
    pub const fn classes(&self) -> usize {
        self.classes
    }

    /// Bytes of memory it holds.
    pub fn bytes(&self) -> usize {
        4 * (self.rows.len() + self.cells.capacity() + self.bias.len() + self.importance.len())
    }

    /// Lets examples of rare classes count more: √(n / (K nₖ)) for nₖ of n examples in one of K classes. A class without
    /// examples counts once.
    pub fn weigh(&mut self, examples_per_class: &[usize]) {
        let all: usize = examples_per_class.iter().sum();
        for (weight, &of) in self.importance.iter_mut().zip(examples_per_class) {
            *weight = if of == 0 { 1.0 } else { (all as f32 / (self.classes * of) as f32).sqrt() };
        }
    }

    /// The probability of each class, in their order.
    pub fn predict(&self, features: &[u32]) -> Vec<f32> {
        let mut scores = vec![0.0; self.classes];
        self.scores(features, &mut scores);
        soften(&mut scores);
        scores
    }

    /// Learns from one example. A class beyond the last is left aside.
    pub fn learn(&mut self, features: &[u32], class: usize) {
        if class >= self.classes {
            return;
        }
        let mut gradient = vec![0.0; self.classes];
        self.scores(features, &mut gradient);
        soften(&mut gradient);
        gradient[class] -= 1.0;
        let importance = self.importance[class];
        for one in &mut gradient {
            *one *= importance;
        }
        let width = 2 * self.classes;
        let scale = scale(features);
        for &feature in features {
            let row = &mut self.rows[(feature % FEATURES) as usize];
            if *row == UNSEEN {
                if self.cells.len() / width >= self.most {
                    continue;
                }
                *row = (self.cells.len() / width) as u32;
                self.cells.resize(self.cells.len() + width, 0.0);
            }
            let from = *row as usize * width;
            step(&mut self.cells[from..from + width], &gradient, scale);
        }
        step(&mut self.bias, &gradient, 1.0);
    }

    fn scores(&self, features: &[u32], scores: &mut [f32]) {
        let width = 2 * self.classes;
        for &feature in features {
            let row = self.rows[(feature % FEATURES) as usize];
            if row != UNSEEN {
                let weights = &self.cells[row as usize * width..][..self.classes];
                for (score, weight) in scores.iter_mut().zip(weights) {
                    *score += weight;
                }
            }
        }
        let scale = scale(features);
        for (score, bias) in scores.iter_mut().zip(&self.bias) {
            *score = *score * scale + bias;
        }
    }
}

/// What makes the example's length 1.
fn scale(features: &[u32]) -> f32 {
    1.0 / (features.len().max(1) as f32).sqrt()
}

fn step(cells: &mut [f32], gradient: &[f32], scale: f32) {
    let (weights, sums) = cells.split_at_mut(gradient.len());
    for ((weight, sum), gradient) in weights.iter_mut().zip(sums).zip(gradient) {
        let slope = gradient * scale + PULL * *weight;
        *sum += slope * slope;
        if *sum > 0.0 {
            *weight -= STEP * slope / sum.sqrt();
        }
    }
}

/// Scores as probabilities.
fn soften(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for score in scores {
        *score /= sum;
    }
}

/// How well predictions fit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Mean of the F₁ of the classes, each weighed by its examples.
    pub weighted_f1: f64,
    /// Plain mean of the F₁ of the classes that occur.
    pub macro_f1: f64,
    /// Share of right predictions.
    pub accuracy: f64,
}

/// Compares predictions with the truth, as pairs (truth, predicted) of classes below `classes`. Nothing gives 0.
pub fn fit(pairs: &[(usize, usize)], classes: usize) -> Fit {
    let (mut right, mut truths, mut told) = (vec![0.0; classes], vec![0.0; classes], vec![0.0; classes]);
    for &(truth, predicted) in pairs {
        truths[truth] += 1.0;
        told[predicted] += 1.0;
        right[truth] += f64::from(u8::from(truth == predicted));
    }
    let all = pairs.len().max(1) as f64;
    let f1 = |class: usize| match truths[class] + told[class] {
        0.0 => 0.0,
        both => 2.0 * right[class] / both,
    };
    let occurring: Vec<usize> = (0..classes).filter(|class| truths[*class] + told[*class] > 0.0).collect();
    Fit {
        weighted_f1: (0..classes).map(|class| truths[class] / all * f1(class)).sum(),
        macro_f1: occurring.iter().map(|class| f1(*class)).sum::<f64>() / occurring.len().max(1) as f64,
        accuracy: right.iter().sum::<f64>() / all,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn it_learns_what_can_be_learned_and_is_the_same_each_time() {
        let examples = |seed| {
            let mut random = Random::new(seed);
            (0..2_000).map(move |_| {
                let class = (random.unit() * 3.0) as usize;
                // Two words of its class in three, else of another.
                let words = (0..8).map(|_| {
                    let of = if random.unit() < 0.66 { class } else { (random.unit() * 3.0) as usize };
                    (of * 50) as u32 + (random.unit() * 50.0) as u32
                });
                (words.collect::<Vec<u32>>(), class)
            })
        };
        let learned = || {
            let mut classifier = Classifier::new(3);
            examples(1).for_each(|(features, class)| classifier.learn(&features, class));
            classifier
        };
        let classifier = learned();
        let best = |of: &[f32]| (0..3).max_by(|a, b| of[*a].total_cmp(&of[*b])).unwrap();
        let pairs: Vec<_> =
            examples(2).map(|(features, class)| (class, best(&classifier.predict(&features)))).collect();
        assert!(fit(&pairs, 3).accuracy > 0.9, "{:?}", fit(&pairs, 3));
        assert_eq!(classifier.predict(&[3, 60]), learned().predict(&[3, 60]));
        assert!((classifier.predict(&[9, 10]).iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn what_was_never_seen_is_told_by_how_often_classes_come() {
        let mut classifier = Classifier::new(2);
        assert_eq!(classifier.predict(&[1, 2, 3]), [0.5, 0.5]);
        for at in 0..50 {
            classifier.learn(&[at], usize::from(at % 5 == 0));
        }
        let unseen = classifier.predict(&[7_777]);
        assert!(unseen[0] > unseen[1]);
        classifier.learn(&[1], 9);
        assert_eq!(classifier.predict(&[7_777]), unseen, "a class beyond the last teaches nothing");
    }

    #[test]
    fn it_holds_no_more_than_it_has_room_for() {
        let mut classifier = Classifier::bounded(2, 100);
        (0..50).for_each(|_| classifier.learn(&[1, 2], 1));
        let learned = classifier.predict(&[1, 2]);
        for feature in 10..10_000 {
            classifier.learn(&[feature], usize::from(feature % 2 == 0));
        }
        assert!(
            classifier.cells.len() <= 100 * 4 && classifier.bytes() < Classifier::new(2).bytes() + 10_000
        );
        assert!(learned[1] > 0.9 && classifier.predict(&[1, 2])[1] > 0.5, "what came first is kept");
        assert_eq!(classifier.predict(&[9_998]), classifier.predict(&[9_999]), "there was no room for these");
    }

    #[test]
    fn the_fit_by_hand() {
        // Class 0: 3 of 4 found, 1 wrongly told; class 1: 1 of 2 found, 1 wrongly told.
        let fit = fit(&[(0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (1, 0)], 3);
        assert!((fit.accuracy - 4.0 / 6.0).abs() < 1e-12);
        assert!((fit.macro_f1 - (0.75 + 0.5) / 2.0).abs() < 1e-12, "a class that never occurs is no class");
        assert!((fit.weighted_f1 - (4.0 * 0.75 + 2.0 * 0.5) / 6.0).abs() < 1e-12);
    }
}

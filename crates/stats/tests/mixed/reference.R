# Makes the data and the reference values of ../mixed.rs:   cd crates/stats/tests/mixed && Rscript reference.R
# R and lme4 as Debian has them: apt-get install r-base-core r-cran-lme4. The data come with lme4 (GPL), but for crossed.csv, which is drawn here.
suppressMessages(library(lme4))
options(digits = 15)

set.seed(5)
n <- 900
d <- data.frame(s = sample(120, n, TRUE), d = pmin(40, 1 + rgeom(n, .06)), dept = sample(9, n, TRUE))
d$way <- sample(c("post", "counter", "net"), n, TRUE, c(.2, .6, .2))
d$wait <- round(1000 + rexp(n, .1), 2)
d$y <- round(3 + rnorm(120, 0, .5)[d$s] + rnorm(40, 0, .8)[d$d] + rnorm(9, 0, .3)[d$dept] +
  c(post = -.3, counter = 0, net = .2)[d$way] - .01 * (d$wait - 1000) + rnorm(n), 3)

Pastes$sample <- factor(Pastes$sample); sleepstudy$Days <- as.numeric(sleepstudy$Days)
models <- list(
  dyestuff   = list(Dyestuff, Yield ~ 1 + (1 | Batch)),
  dyestuff2  = list(Dyestuff2, Yield ~ 1 + (1 | Batch)),
  penicillin = list(Penicillin, diameter ~ 1 + (1 | plate) + (1 | sample)),
  pastes     = list(Pastes, strength ~ 1 + (1 | sample) + (1 | batch)),
  sleepstudy = list(sleepstudy, Reaction ~ Days + (1 | Subject)),
  crossed    = list(d, y ~ way + wait + (1 | s) + (1 | d) + (1 | dept)))

out <- file("reference.csv", "w")
cat("data,method,what,name,value,sd\n", file = out)
say <- function(...) cat(paste(..., sep = ","), "\n", sep = "", file = out)
number <- function(x) trimws(formatC(x, digits = 12, format = "g"))
for (name in names(models)) {
  data <- models[[name]][[1]]; formula <- models[[name]][[2]]
  write.csv(data[all.vars(formula)], paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
  for (method in c("ml", "reml")) {
    # The search as closely as the optimiser can: as it is set by default it stops where the criterion still falls a little.
    control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9, maxfun = 1e5), calc.derivs = FALSE)
    m <- suppressMessages(lmer(formula, data, REML = method == "reml", control = control))
    criterion <- if (method == "reml") REMLcrit(m) else deviance(m)
    say(name, method, "criterion", "", number(criterion), "")
    for (g in names(VarCorr(m))) say(name, method, "variance", g, number(VarCorr(m)[[g]][1]), "")
    say(name, method, "variance", "residual", number(sigma(m)^2), "")
    for (term in names(fixef(m)))
      say(name, method, "fixed", term, number(fixef(m)[[term]]), number(sqrt(diag(as.matrix(vcov(m))))[[term]]))
    u <- ranef(m, condVar = TRUE)
    for (g in names(u)) for (i in seq_len(nrow(u[[g]])))
      say(name, method, paste0("mode:", g), rownames(u[[g]])[i], number(u[[g]][i, 1]),
          number(sqrt(attr(u[[g]], "postVar")[1, 1, i])))
  }
}
close(out)

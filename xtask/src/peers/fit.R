# Fits y ~ service + (1|s) + (1|d) + (1|dept) by REML with lme4 as it comes and writes what fit.rs compares. Arguments: the ratings (written
# from lme4's own InstEval when they are not there), lines of `what name value sd`, and the effects.
suppressMessages(library(lme4))
files <- commandArgs(trailingOnly = TRUE)
if (!file.exists(files[1])) write.csv(InstEval[c("y", "service", "s", "d", "dept")], files[1], row.names = FALSE, quote = FALSE)
data <- read.csv(files[1])
for (name in c("service", "s", "d", "dept")) data[[name]] <- factor(data[[name]])
seconds <- system.time(m <- lmer(y ~ service + (1 | s) + (1 | d) + (1 | dept), data))[["elapsed"]]
number <- function(x) if (is.na(x)) "NA" else trimws(formatC(x, digits = 15, format = "g"))
out <- file(files[2], "w")
say <- function(what, name, value, sd = NA_real_) cat(what, name, number(value), number(sd), "\n", file = out)
say("seconds", "-", seconds)
say("criterion", "-", REMLcrit(m))
for (g in names(VarCorr(m))) say("variance", g, VarCorr(m)[[g]][1])
say("variance", "residual", sigma(m)^2)
for (term in names(fixef(m))) say("fixed", term, fixef(m)[[term]], sqrt(diag(as.matrix(vcov(m))))[[term]])
close(out)
u <- as.data.frame(ranef(m, condVar = TRUE))
write.csv(data.frame(group = u$grpvar, level = u$grp, estimate = u$condval, sd = u$condsd), files[3], row.names = FALSE, quote = FALSE)
cat("R", paste(R.version$major, R.version$minor, sep = "."), "lme4", as.character(packageVersion("lme4")),
    "BLAS", basename(sessionInfo()$BLAS), "optimizer", m@optinfo$optimizer, "evaluations", m@optinfo$feval, "\n")

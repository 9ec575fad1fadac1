#!/usr/bin/env Rscript
# Checks releases of Learning for Life from outside.
#
#     Rscript scripts/derive.R FILE...      each FILE is a release as GET /v1/releases/{seq} serves it
#
# Of every row a release prints a few primitives, which only those who have the answers can compute:
#
#     before, after   respondents, value, bound, effective, representativity
#     change          value, pairs, rho, widening, selection, coverage
#     details         bars, leftOut
#
# and of the pledges of every place how many there are, and how many of each status. How many organisations have a board
# pledge is not printed, and is taken for the number of the unit of people that is nearest to the share that is.
#
# All other figures follow from these, and from what the release says of itself: its day, the campaign file, the
# frame (who works where) and the rules (units and thresholds). This script derives them and prints every one that
# is not as it was printed. Not derived are asOf (it says which release a row dates from), notes, and the decision to
# protect others, which is taken over as it stands.
#
# It needs base R and the package jsonlite. The exit status is 1 if a figure differs.

suppressPackageStartupMessages(library(jsonlite))

# What a release says of itself; describe() sets these.
today <- NULL                   # the day of the release
campaign <- NULL                # the campaign file
rules <- NULL                   # units and thresholds
baseline <- follow_up <- NULL   # the two waves that are compared
frame <- NULL                   # code, region and type of every organisation, and its people by weighting group
cells_of <- NULL                # by group: the weighting groups that make it up
apart <- NULL                   # the groups that are not weighted

# ---- Rounding --------------------------------------------------------------------------------------------------

# Limits are rounded outward to a multiple of a unit. A floating-point number may lie a hair beside the multiple that
# it stands for, which `forgiven`, in units, allows for.
round_down <- function(x, unit) floor(x * round(1 / unit) + rules$forgiven) / round(1 / unit)
round_up   <- function(x, unit) ceiling(x * round(1 / unit) - rules$forgiven) / round(1 / unit)

# Everything else is rounded to the nearest multiple, halves away from zero. (round() of R goes to the even one.)
round_near <- function(x, unit) sign(x) * floor(abs(x) * round(1 / unit) + 0.5) / round(1 / unit)

# The quotient of two whole numbers, neither negative, to the nearest whole one.
quotient <- function(a, b) floor((2 * a + b) / (2 * b))

# The unit of a figure, in points: a decimal only where enough people answered.
unit_of <- function(wave) if (is.null(wave$bound) && wave$respondents >= rules$fineFrom) rules$fine else rules$coarse

# ---- Intervals -------------------------------------------------------------------------------------------------

# Wilson's score interval (1927) of a proportion p on an (effective) sample size n.
wilson <- function(p, n, z) {
  centre <- (p * n + z^2 / 2) / (n + z^2)
  half   <- z * sqrt(n * p * (1 - p) + z^2 / 4) / (n + z^2)
  c(low = max(centre - half, 0), high = min(centre + half, 1))
}

# Robbins' confidence sequence (1970) with the mixture Beta(1/2, 1/2): all q for which
#   log B(1/2 + s, 1/2 + n - s) - log B(1/2, 1/2) - s log q - (n - s) log(1 - q) < log(1 / alpha),   s = p n.
robbins <- function(p, n, alpha) {
  lower <- function(p) {
    s <- p * n
    failures <- function(q) if (p == 1) 0 else (n - s) * log1p(-q) # 0 log 0 is 0
    excess <- function(q) lbeta(0.5 + s, 0.5 + n - s) - lbeta(0.5, 0.5) - s * log(q) - failures(q) + log(alpha)
    nothing <- .Machine$double.xmin
    if (p == 0 || excess(nothing) <= 0) return(0)
    uniroot(excess, c(nothing, p), tol = 1e-15, maxiter = 10000)$root
  }
  c(low = lower(p), high = 1 - lower(1 - p))
}

# MOVER (Zou and Donner 2008) for the difference of two correlated estimates, from Wilson's interval of each:
#   L = d - sqrt((m2 - l2)^2 - 2 rho (m2 - l2)(u1 - m1) + (u1 - m1)^2),   and U likewise.
# Both arms are multiplied by the widening. In points, neither rounded nor clipped.
mover <- function(row, z) {
  m1 <- row$before$value / 100
  m2 <- row$after$value / 100
  i1 <- wilson(m1, row$before$effective, z)
  i2 <- wilson(m2, row$after$effective, z)
  arm <- function(x, y) 100 * row$change$widening * sqrt(max(x^2 - 2 * row$change$rho * x * y + y^2, 0))
  c(low  = row$change$value - arm(m2 - i2[["low"]], i1[["high"]] - m1),
    high = row$change$value + arm(i2[["high"]] - m2, m1 - i1[["low"]]))
}
z95 <- qnorm(0.975)

# The standard error of a change, in points, as its 95 % interval tells it.
standard_error <- function(row) {
  i <- mover(row, z95)
  (i[["high"]] - i[["low"]]) / (2 * rules$intervalZ)
}

# The asymptotic confidence sequence of an estimate with the standard error se (Waudby-Smith and others 2024):
#   half = se sqrt((1 + 1 / (r I)) log((1 + r I) / alpha^2)),   I = 1 / se^2.
sequence_half <- function(se, r, alpha) {
  information <- 1 / se^2
  se * sqrt((1 + 1 / (r * information)) * log((1 + r * information) / alpha^2))
}

# ---- What stands beside a value --------------------------------------------------------------------------------

published <- function(wave) !is.null(wave$value)

# A wave's figures are watched while it is open, and for good if its last day was moved.
open    <- function(wave) wave$opens <= today && today <= wave$closes
watched <- function(wave) open(wave) || isTRUE(wave$moved)

# The limits of a wave's value. Near an extreme the value is a bound, and the far limit the extreme itself.
wave_limits <- function(wave, of) {
  if (!published(wave)) return(list())
  p <- wave$value / 100
  i <- if (watched(of)) robbins(p, wave$effective, rules$sequenceAlpha) else wilson(p, wave$effective, z95)
  low  <- max(round_down(100 * i[["low"]], unit_of(wave)), 0)
  high <- min(round_up(100 * i[["high"]], unit_of(wave)), 100)
  if (identical(wave$bound, "at_least")) high <- 100
  if (identical(wave$bound, "at_most")) low <- 0
  list(low = low, high = high)
}

# The limits of a change, to the coarser of its waves' units.
change_limits <- function(row) {
  if (is.null(row$change)) return(list())
  i <- mover(row, z95)
  if (watched(follow_up)) {
    half <- 100 * sequence_half(standard_error(row) / 100, campaign$sequence$r, rules$sequenceAlpha)
    i <- c(low = row$change$value - half, high = row$change$value + half)
  }
  unit <- max(unit_of(row$before), unit_of(row$after))
  list(low = max(round_down(i[["low"]], unit), -100), high = min(round_up(i[["high"]], unit), 100))
}

# The people of the frame in a place, and in the weighting groups that make a group up.
# NA for a group that is a part of one, or stands apart from them all: the frame does not tell.
frame_size <- function(row, cells) {
  if (is.null(cells)) return(NA)
  here <- switch(row$level,
    nation       = rep(TRUE, length(frame$code)),
    region       = frame$region == row$code,
    type         = frame$type == row$code & frame$region != "National", # who works for the whole country counts there alone
    organisation = frame$code == row$code)
  sum(frame$sizes[here, cells])
}

# In per cent of the frame, to one decimal. The numerator and denominator are whole, so a half is exactly one.
response_rate <- function(wave, size) {
  if (!published(wave) || is.na(size) || size == 0) return(NULL)
  quotient(1000 * wave$respondents, size) / 10
}

# The change that is to be made: a share of what is missing to 100, and never more than the campaign asks for.
target <- function(row) {
  of <- campaign$target
  min(of$most, (100 - row$before$value) * of$shareOfShortfall[[1]] / of$shareOfShortfall[[2]])
}

# Why a row has no figure. It follows from the calendar alone.
withheld <- function(row) {
  if (published(row$before) || published(row$after)) return(NULL)
  if (identical(row$withheld, "protects_others")) return(row$withheld)
  begun <- any(sapply(campaign$waves, function(w) w$opens <= today))
  if (!begun || any(sapply(campaign$waves, open))) "waits_for_more" else "too_few"
}

# ---- Status ----------------------------------------------------------------------------------------------------

# The probability that the true change is at least the target, and the p value of the claim that it is.
likely  <- function(row) pnorm((row$change$value - target(row)) / standard_error(row))
p_value <- function(row) if (is.null(row$change)) 1 else 1 - likely(row)

# Whether a row has the people, the precision and the coverage for a status.
enough <- function(row) {
  least <- if (row$group %in% apart) rules$least$apart else rules$least[[row$level]]
  sizes <- c(row$before$respondents, row$before$effective, row$after$respondents, row$after$effective)
  min(sizes) >= least && (is.null(row$change$coverage) || row$change$coverage >= rules$leastCoverage)
}

# Holm (1979): the national claims together keep the error rate familyAlpha, one-sided. The claim with the least p value
# is tested at alpha / m, the next at alpha / (m - 1), and so on to the first that fails. The p value of a claim of
# several rows is the largest of theirs, and at the level it was tested at, each row's lower limit must reach its target.
# Returns, by the key of each row that is claimed, whether it may be called achieved.
holm <- function(rows) {
  claims <- lapply(campaign$claims, function(claim) sapply(claim, function(of) key(of$objective, "nation", "ENG", of$group)))
  p <- sapply(claims, function(keys) max(sapply(rows[keys], p_value)))
  holds <- sapply(unlist(claims), function(k) FALSE)
  names(holds) <- unlist(claims)
  for (j in seq_along(claims)) {
    i <- order(p)[j]
    alpha <- rules$familyAlpha / (length(claims) + 1 - j)
    if (p[i] > alpha) break
    reaches <- function(row) mover(row, qnorm(1 - alpha))[["low"]] >= target(row)
    holds[claims[[i]]] <- all(sapply(rows[claims[[i]]], reaches))
  }
  holds
}

# The responses of both waves together that would settle which side of the target a change is on, if it stayed as it is:
# n ((settleZ se / |change - target|)^2 - 1), up to the unit of people.
further <- function(row) {
  distance <- abs(row$change$value - target(row))
  if (distance == 0) return(NULL)
  n <- row$before$respondents + row$after$respondents
  more <- n * ((rules$settleZ * standard_error(row) / distance)^2 - 1) / rules$peopleUnit
  more <- max(rules$peopleUnit * ceiling(more - rules$forgiven), rules$peopleUnit)
  if (more > rules$settleMost) NULL else more
}

# A row's status by itself, the first that applies. `claimed` is what Holm says of the row, NULL if nobody claims it.
own_status <- function(row, claimed) {
  if (!is.null(withheld(row)) || !is.null(row$before$bound) || !is.null(row$after$bound)) return(NULL)
  if (is.null(row$change) || !enough(row)) return("not_enough_data")
  i <- mover(row, z95)
  reached <- if (is.null(claimed)) i[["low"]] >= target(row) else claimed
  if (reached && !isTRUE(row$change$selection)) return("achieved")
  if (i[["high"]] < target(row)) return("off_track")
  if ((i[["high"]] - i[["low"]]) / 2 > target(row)) return("not_enough_data")
  if (i[["low"]] > 0 && likely(row) >= rules$likely) return("on_track")
  if (likely(row) <= rules$unlikely) return("off_track")
  "too_close_to_call"
}

# From the best to the worst.
statuses <- c("achieved", "on_track", "too_close_to_call", "off_track", "not_enough_data")
worse <- function(a, b) statuses[max(match(a, statuses), match(b, statuses))]

# How far the group that an objective is for above all is behind the others, from the values as printed. Of a bound
# nobody knows how far.
gap <- function(group, others) {
  told <- function(wave) published(wave) && is.null(wave$bound)
  behind <- function(wave) {
    if (!told(group[[wave]]) || !told(others[[wave]])) return(NULL)
    round_near(others[[wave]]$value - group[[wave]]$value, rules$fine)
  }
  list(before = behind("before"), after = behind("after"))
}

# Whether a gap closed by the share that is asked for. Where there was none there is nothing to close.
closed <- function(gap, share) {
  if (is.null(gap$before) || is.null(gap$after)) return(FALSE)
  gap$before <= 0 || gap$after * share[[2]] <= gap$before * share[[1]]
}

# The status of the whole where one group comes first: the worse of the two, and achieved only if the gap closed.
# What is too close to call is settled once both are, so the larger number of responses is the one that is needed.
with_priority <- function(whole, group, closed) {
  if (is.null(whole$status)) return(whole)
  of <- if (is.null(group$status)) "not_enough_data" else group$status
  status <- worse(whole$status, of)
  open <- Filter(function(x) identical(x$status, "too_close_to_call"), list(whole, group))
  numbers <- lapply(open, function(x) x$further)
  if (status == "achieved" && !closed) status <- "on_track"
  settled <- status == "too_close_to_call" && !any(sapply(numbers, is.null))
  list(status = status, further = if (settled) max(unlist(numbers)))
}

# ---- A release -------------------------------------------------------------------------------------------------

key <- function(objective, level, code, group) paste(objective, level, code, group, sep = "|")

describe <- function(release) {
  today    <<- release$release$publishedAt # dates are compared as they are written
  campaign <<- release$basis$campaign
  rules    <<- release$basis$rules

  ids <- sapply(campaign$waves, function(w) w$id)
  follow_up <<- Filter(function(w) !is.null(w$follows), campaign$waves)[[1]]
  baseline  <<- campaign$waves[[match(follow_up$follows, ids)]]

  # Which weighting groups make a group up: they share people with it, and have no others.
  groups <- campaign$groups
  names(groups) <- sapply(groups, function(g) g$id)
  people <- lapply(groups, function(g) as.vector(outer(unlist(g$audiences), unlist(g$bandGroups), paste)))
  weighting <- sapply(campaign$weighting$groups, function(w) w$group)
  shared <- lapply(people, function(p) Filter(function(w) any(people[[w]] %in% p), weighting))
  cells_of <<- lapply(names(groups), function(g) if (length(shared[[g]]) && setequal(unlist(people[shared[[g]]]), people[[g]])) shared[[g]])
  names(cells_of) <<- names(groups)
  apart <<- names(groups)[sapply(shared, length) == 0]

  rows <- release$basis$frame
  sizes <- lapply(rows, function(r) sapply(weighting, function(w) if (is.null(r$sizes[[w]])) 0 else r$sizes[[w]]))
  sizes <- matrix(as.numeric(unlist(sizes)), length(rows), length(weighting), byrow = TRUE, dimnames = list(NULL, weighting))
  of <- function(field) vapply(rows, function(r) r[[field]], "")
  frame <<- list(code = of("code"), region = of("region"), type = of("type"), sizes = sizes)
}

# Every figure of a row that follows from the row itself, by name; NULL for one that is not shown.
derive_row <- function(row) {
  size <- frame_size(row, cells_of[[row$group]])
  figures <- list()
  limits <- function(name, i) {
    figures[paste0(name, c(".low", ".high"))] <<- list(i$low, i$high)
  }
  limits("before", wave_limits(row$before, baseline))
  limits("after", wave_limits(row$after, follow_up))
  limits("change", change_limits(row))
  figures["before.responseRate"] <- list(response_rate(row$before, size))
  figures["after.responseRate"]  <- list(response_rate(row$after, size))
  learners <- row$details$learners
  if (!is.null(learners)) {
    limits("details.learners.before", wave_limits(learners$before, baseline))
    limits("details.learners.after", wave_limits(learners$after, follow_up))
    limits("details.learners.change", change_limits(learners))
  }
  due <- published(row$before)
  figures["target.change"] <- list(if (due) round_near(target(row), rules$fine))
  figures["target.by"]     <- list(if (due) follow_up$closes)
  figures["withheld"]      <- list(withheld(row))
  figures["provisional"]   <- as.Date(today) < as.Date(follow_up$closes) + 2
  figures
}

# Every figure of a place's pledges that follows from how many there are.
derive_pledges <- function(row, organisations) {
  n <- row$pledges
  figures <- list()
  shown <- !is.null(n)
  size <- frame_size(row, colnames(frame$sizes))
  figures["perThousand"] <- list(if (shown && size > 0) quotient(10000 * n, size) / 10)
  # Those that nobody said anything of may or may not be kept.
  known <- row$statuses$kept
  figures["kept.low"]  <- list(if (shown) min(floor(100 * known / n), 100))
  figures["kept.high"] <- list(if (shown) min(ceiling(100 * (known + row$statuses$made) / n), 100))
  boards <- if (!is.null(row$boardShare)) rules$peopleUnit * round(row$boardShare * organisations / (100 * rules$peopleUnit))
  figures["boardShare"] <- list(if (!is.null(boards)) min(quotient(100 * boards, organisations), 100))
  figures
}

# The figures of all rows, and of all places' pledges.
derive <- function(release) {
  describe(release)
  c(derive_scores(release), lapply(release$pledges, function(row) {
    list(row = row, of = "pledges", figures = derive_pledges(row, sum(sapply(release$pledges, function(r) r$level == "organisation"))))
  }))
}

derive_scores <- function(release) {
  rows <- release$scores
  names(rows) <- sapply(rows, function(r) key(r$objective, r$level, r$code, r$group))
  holds <- holm(rows)
  own <- lapply(names(rows), function(k) {
    status <- own_status(rows[[k]], if (k %in% names(holds)) holds[[k]])
    list(status = status, further = if (identical(status, "too_close_to_call")) further(rows[[k]]))
  })
  names(own) <- names(rows)
  first <- lapply(campaign$objectives, function(o) o$priority)
  names(first) <- sapply(campaign$objectives, function(o) o$number)
  lapply(names(rows), function(k) {
    row <- rows[[k]]
    figures <- derive_row(row)
    judged <- own[[k]]
    between <- list()
    of <- first[[as.character(row$objective)]]
    if (!is.null(of) && row$group == of$whole) {
      group  <- key(row$objective, row$level, row$code, of$group)
      others <- key(row$objective, row$level, row$code, of$others)
      if (group %in% names(rows) && others %in% names(rows)) {
        between <- gap(rows[[group]], rows[[others]])
        judged <- with_priority(judged, own[[group]], closed(between, of$gap))
      }
    }
    figures["details.gap.before"] <- list(between$before)
    figures["details.gap.after"]  <- list(between$after)
    figures["status"]  <- list(judged$status)
    figures["further"] <- list(judged$further)
    list(row = row, of = sprintf("objective %s", row$objective), figures = figures)
  })
}

# ---- Comparison ------------------------------------------------------------------------------------------------

# What a row prints under a name like details.gap.before.
printed <- function(row, name) {
  for (part in strsplit(name, ".", fixed = TRUE)[[1]]) row <- row[[part]]
  row
}

# Numbers are decimal ones of at most two places: the same, if they differ by less than any could.
same <- function(a, b) {
  if (is.numeric(a) && is.numeric(b)) abs(a - b) < 1e-6 else identical(a, b)
}

show <- function(x) if (is.null(x)) "null" else format(x, digits = 12)

files <- commandArgs(trailingOnly = TRUE)
if (!length(files)) {
  message("usage: derive.R FILE...   (releases, as GET /v1/releases/{seq} serves them)")
  quit(status = 2)
}
derived <- 0
differ <- 0
for (file in files) {
  release <- fromJSON(file, simplifyVector = FALSE)
  if (is.null(release$basis)) stop(file, " holds no basis: it is not a release as GET /v1/releases/{seq} serves it")
  for (of in derive(release)) {
    for (name in names(of$figures)) {
      is <- printed(of$row, name)
      derived <- derived + 1
      if (!same(is, of$figures[[name]])) {
        differ <- differ + 1
        place <- paste(c(paste(of$row$level, of$row$code), of$row$group), collapse = ", ")
        cat(sprintf("%s: %s, %s: %s is printed as %s, and is %s\n", file, of$of, place, name, show(is), show(of$figures[[name]])))
      }
    }
  }
}
cat(sprintf("%d figures derived, %d differ\n", derived, differ))
quit(status = if (differ > 0) 1 else 0)

limit-periodic = done at fixed times: { $when }
fee-free = Free of charge
fee-stepped = { $price } a { $unit } for the first { $first }; { $then } for each { $unit } after
fee-most = at most { $most } a { $piece }
fee-by-province = Set by the council of the province; please ask where you submit for today’s amount
fee-calculate = Calculate
fee-quantity = Number ({ $unit })
fee-quantity-each = Number ({ $unit }) in each { $piece }
fee-pieces = Number ({ $piece })
fee-total = To be paid: { $total }.
sector-title = Special rules of this field
sector-rounds = A supplement may be asked for { $n } times; the requests are sent within { $spans }.
sector-refusal = If that does not help, the refusal is sent within { $span }.
sector-silence = When asked, { $body } has { $span } to answer; no answer counts as consent ({ $source }).
sector-extension = It may take up to { $span } longer: { $case } ({ $source }).
sector-immediate = If you get the result at once no receipt is needed; you may still ask for one.
version-title = Versions
version-current = in force
version-always = Always in force so far.
version-from = In force from { $from }.
version-to = In force until { $to }.
version-between = In force from { $from } to { $to }.
version-not-now = This is not the version in force today. { $when }
version-see-now = See the version in force
version-none-now = We have no version of this procedure that is in force today; please ask where you submit.
version-replaced-by = This procedure now has the code:
version-replaces = Codes it had before: { $codes }.
procedure-note = Remark
procedure-decision = Published by decision { $decision }.
procedure-bring = What do I bring?
bring-title = What do I bring?
bring-back = See the whole procedure
bring-heading = What do I bring: { $name }
bring-lead = Please answer { $n } short questions to see exactly the papers you need. Your answers are not kept.
bring-no-questions = Everybody brings the same papers for this procedure.
bring-answered = These are the papers you need.
bring-narrow = Show what to bring
bring-anew = Answer again
bring-unsure = This list has not been checked fully. Please call the office before you go.
bring-yes = Bring
bring-database = Only if the office cannot find it in a database (better take it along)
bring-held = Bring it if you have one
bring-open = Depends on your answers
bring-spared = You do not need { $n } other papers of this procedure.
bring-print = You may print this page and take it along. You may refuse to hand in papers that are not on the list of the procedure.
answer-yes = Yes
answer-no = No
poster-title = Notice to print:
poster-a4 = A4 (PDF)
poster-a3 = A3 (PDF)
poster-as-of = Printed on { $day } by the rules in force
poster-unsure = Some parts are being checked; please ask where you submit, or scan the code for the newest version.
poster-no-limit = No time limit is published; the office will name a day.
bring-originals =
    { $n ->
        [one] one original
       *[other] { $n } originals
    }
bring-copies =
    { $n ->
        [one] one copy
       *[other] { $n } copies
    }

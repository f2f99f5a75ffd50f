home-title = What do you need?
home-lead = The one-stop offices of Đầm Dơi district.
home-door-procedures = Find a procedure
home-door-procedures-text = What to bring, how long it takes, what it costs: { $n } published procedures.
home-door-track = Track a case
home-door-track-text = Where your case is and when the result is due.
home-door-opinion = Tell us
home-door-opinion-text = Say what could be better and follow the answer; no name needed.
home-promise = Our promise
home-promise-link = Read the promise and see how well we keep it
home-offices = Where to submit
home-offices-text = { $n } offices: one at the district, the others in the communes and the town.
home-offices-link = See the one near you
home-figures = What people say
promise-title = Our promise
promise-lead = The duty of officials to the people: a warm welcome, patient guidance, quick handling, by the rules.
promise-welcome = A warm welcome
promise-welcome-text = We greet you, offer a seat and listen. Elderly and disabled people and pregnant women are helped first.
promise-guidance = Patient guidance
promise-guidance-text = We tell you everything at once: which papers, how to fill them in, when it will be done.
promise-speed = Quick handling
promise-speed-text = The result is there on the promised day or earlier. If we are late, we apologise in writing and set a new day once.
promise-lawful = By the rules
promise-lawful-text = We take only the papers and fees that are published. You may refuse what is not published.
promise-figure = Share of people who are satisfied or very satisfied
promise-broken = If we did not keep the promise, please let us know.
promise-broken-link = Give your opinion
procedures-title = Procedures
procedures-query = Name or code of the procedure
procedures-field = Field
procedures-all-fields = All fields
procedures-search = Search procedures
procedures-count =
    { $n ->
        [one] About one procedure.
       *[other] About { $n } procedures.
    }
procedures-none = No procedure matches. Try fewer words; Vietnamese marks are not needed.
procedures-show-all = Show all procedures
procedures-name = Procedure
procedures-limit = Time limit
procedures-fee = Fees
procedures-level = Handled by
level-commune = Commune or town
level-district = District
limit-same-day = the same day
limit-working-days =
    { $n ->
        [one] one working day
       *[other] { $n } working days
    }
limit-days =
    { $n ->
        [one] one day
       *[other] { $n } days
    }
limit-hours =
    { $n ->
        [one] one working hour
       *[other] { $n } working hours
    }
limit-months =
    { $n ->
        [one] { $n } month
       *[other] { $n } months
    }
limit-unknown = no time limit published
procedure-sentence = Code { $code }. Time limit: { $limit }.
procedure-offices = Where to submit
procedure-right = You may refuse to hand in papers or pay money that are not on this page.
to-be-checked = to be checked
part-name = Name
part-steps = Order of steps
part-ways = Ways to submit
part-documents = Papers needed
part-limits = Time limits
part-applicants = Who may apply
part-agency = Who decides
part-forms = Forms
part-result = What you receive
part-conditions = Conditions
part-fees = Fees
part-legal-basis = Legal basis
part-empty = Not in our data yet; please ask where you submit.
document-name = Paper
document-originals = Originals
document-copies = Copies
document-condition = When it is needed
document-always = always
document-shown = only shown, not handed in
document-sets = Number of sets: { $n }.
offices-title = Where to submit
offices-lead = The { $n } one-stop offices of Đầm Dơi district.
offices-show-all = Show all offices
office-name = Office
office-place = Place
office-procedures = Procedures
office-population = Inhabitants
office-area = Area
office-hectares = { $n } ha
office-hours = Opening hours
office-hours-week = Monday to Friday, { $morning } in the morning, { $afternoon } in the afternoon
office-hours-saturday = Saturdays for handing in { $span }
office-hours-closed = closed on public holidays.
office-premises = Premises
office-upgrade = In the 2017 plan to build, renovate or upgrade.
office-officials = Who receives you
office-procedures-title = Procedures received here
track-title = Track a case
track-case-title = Your case
track-lead = The quickest way is to scan the QR code on your receipt. If you cannot, fill in these two fields.
track-code = Case code
track-code-hint = At the top of your receipt.
track-last-three = Last three digits
track-last-three-hint = Of the phone or identity number you gave when you submitted the case.
track-button = Show the case
track-limit = To keep your case private, there are five tries an hour.
track-next = What happens next
track-reason = Reason: { $reason }
track-facts = About the case
track-office = Received by
track-procedure = Procedure
track-received = Received
track-promised = Result promised
track-ledger = How the promised date was counted
track-history = What has been done
track-late = This case is past its promised date. We apologise. You can ask the office or give us your opinion.
track-rate = There is a result. Are you satisfied? The ballot is secret: nobody knows who answered.
track-rate-button = Rate the service
case-received = Received
case-working = Being worked on
case-supplement = Waiting for papers from you
case-finished = The result is ready
case-returned = The result was returned
case-refused = Could not be granted
case-paused = Time stands still
case-stopped = Stopped
case-withdrawn = Withdrawn
case-sentence = { $state }, result promised for { $promised }, { $left }.
next-working = There is nothing for you to do. On the promised day, bring your receipt to the office to collect the result.
next-supplement = Please bring the papers below to the office. The time you need for them does not count against the limit.
next-finished = Bring your receipt to the office to collect the result.
next-returned = This is done. If something in the result is wrong, tell the office and it will be corrected.
next-refused = Please read the reason below. If you do not agree, you can ask the office or give us your opinion.
next-paused = The case waits for something that the law does not count, such as a tax payment or a public posting. Then the time runs on and the new date appears here.
next-stopped = The office has stopped the case with a notice that says why. You may ask the office or leave an opinion.
next-withdrawn = The case was withdrawn at your request. You can submit it again at any time.
sign-in-title = Sign in
sign-in-lead = For officials, leaders and administrators. Citizens need not sign in.
sign-in-name = Name
sign-in-password = Password
error-title = This could not be done
error-home = To the start page
error-procedures = Find a procedure
error-code = Error code: { $status } { $code }
way-direct = In person where you submit
way-online = Over the network
way-post = By the public post
track-opened = You came with your papers

skip-to-content = Skip to the content
demo-name = This is a demo.
demo-people = The people, cases and figures in it are invented.
demo-clock = Time in the demo: { $now }.
search-label = Search procedures
search-hint = Search procedures, e.g. khai sinh (birth)
search-button = Search
sign-in = Sign in
sign-out = Sign out
nav-label = Main places
nav-procedures = Procedures
nav-track = Track a case
nav-opinions = Opinions
nav-figures = Figures
nav-serve = Serve
nav-listen = Listen
nav-measure = Measure
role-official = Receiving official
role-head = Head of office
role-leader = District leader
role-admin = Administrator
footer-purpose = The satisfaction of people and businesses is what public administration serves.
footer-promise = Our promise
footer-offices = Where to submit
footer-design = Components of these pages
shortcuts-title = Keyboard shortcuts
shortcut-search = Go to the search field
shortcut-help = Open this list
shortcut-receive = Receive a new case, from the page Serve and after a reception (Firefox: Alt + Shift + N)
shortcut-close = Close this list
shortcuts-close = Close the shortcuts
errors-title =
    { $n ->
        [one] One thing needs another look
       *[other] { $n } things need another look
    }
characters-most = At most { $n } characters.
characters-left = characters left
choose = – Choose –
score-1 = Very dissatisfied
score-2 = Dissatisfied
score-3 = Neutral
score-4 = Satisfied
score-5 = Very satisfied
score-skip = I would rather not answer this
figure-interval = 95% interval: { $low } to { $high }
figure-answers =
    { $n ->
        [one] one ballot
       *[other] { $n } ballots
    }
figure-response = response rate { $rate }
figure-too-few = too few ballots to conclude ({ $n }/20)
figure-period = { $period }; as of { $as_of }
figure-bounds = with those who did not answer: { $low } to { $high }, whatever they think
figure-snapshot = Snapshot { $id }
figure-counts = See what this counts
pager-label = More of the list
pager-first = Back to the start of the list
pager-next = Show more of the list
due-today = due today
due-in =
    { $n ->
        [one] one working day left
       *[other] { $n } working days left
    }
due-late =
    { $n ->
        [one] one working day late
       *[other] { $n } working days late
    }
nav-dialogues = Dialogues

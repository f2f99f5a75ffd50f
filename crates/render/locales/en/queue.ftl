nav-queue = Call numbers
queue-nobody-ahead = You are next: nobody waits before you.
queue-nobody-waits = Nobody is waiting.
queue-ahead =
    { $n ->
        [one] 1 person waits before you.
       *[other] { $n } people wait before you.
    }
queue-ahead-estimate =
    { $n ->
        [one] 1 person waits before you, about { $minutes } min (estimate).
       *[other] { $n } people wait before you, about { $minutes } min (estimate).
    }
queue-minutes = { $n } min
queue-kiosk-title = Take a number
queue-kiosk-ask = Please touch what you came for:
queue-kiosk-first = I am elderly, disabled, a person of merit, or pregnant.
queue-kiosk-first-law = You go first under Decree 63/2010/NĐ-CP, article 18 clause 8. The machine does not keep for which reason.
queue-kiosk-closed = No numbers are given at this hour.
queue-kiosk-privacy = The machine neither asks for nor keeps your name. The time of the number is noted as the moment you came.
queue-kiosk-booked = I have an appointment
queue-kiosk-come = I am here, give me a number
queue-kiosk-open = Open the number machine
queue-slip-title = Your number
queue-slip-first = goes first
queue-slip-follow = Scan to follow it on your phone:
queue-slip-keep = Please keep this number and wait to be called. If nobody comes after three calls it is set aside; just tell the counter when you are back.
queue-slip-back = Done, back to the first screen
queue-ticket-title = Your number
queue-ticket-old = This number is of another day and no longer good.
queue-ticket-called = Please come to { $counter } now.
queue-ticket-serving = You are being served at { $counter }.
queue-ticket-done = This number has been served. Thank you.
queue-ticket-missed = This number was called and nobody came. Please tell the counter and you will be called again; no new number is needed.
queue-ticket-issued = Taken on { $at }.
queue-ticket-refresh = This page refreshes by itself; last at { $at }.
queue-board-title = Board of called numbers
queue-board-open = See the board of called numbers
queue-board-invite = Now calling
queue-board-serving = Now serving
queue-board-say = Number { $code }, please come to { $counter }
queue-board-empty = No number has been called yet.
queue-board-others = Numbers at the counters
queue-board-number = Number
queue-board-counter = Counter
queue-board-waiting =
    { $n ->
        [0] Nobody is waiting.
        [one] 1 person is waiting.
       *[other] { $n } people are waiting.
    }
queue-board-estimate = Who takes a number now waits about { $minutes } min (estimate).
queue-board-sound-on = Say numbers aloud
queue-board-sound-off = Do not say numbers aloud
queue-board-lost = The line is broken and being restored. The numbers shown may not be the latest.
queue-office-title = Waiting at the counter now
queue-office-waiting =
    { $n ->
        [0] At { $at } nobody was waiting.
        [one] At { $at } 1 person was waiting.
       *[other] At { $at } { $n } people were waiting.
    }
queue-office-estimate = Who comes now waits about { $minutes } min (estimated from the median of the last 20 services).
queue-office-no-estimate = There have been too few services to estimate the wait.
queue-office-closed = No numbers are given at this hour, and nobody is waiting.
queue-office-today = Today half of the people were called within { $minutes } min ({ $n } calls).
queue-office-book = Book an appointment
queue-work-title = Call numbers at the counter
queue-mine-called = called to { $counter } at { $at }
queue-mine-serving = being served at { $counter } since { $at }
queue-mine-issued = number taken at { $at }
queue-step-receive = The person is here: receive a case with this number
queue-step-receive-now = Receive a case with this number
queue-step-attend = The person is here
queue-step-recall = Call again (so far { $n } of { $most })
queue-step-missed = Nobody came
queue-step-done = Served
queue-step-move = Move to another service, or let wait again
queue-step-back = The person is back: let wait again
queue-move-to = Wait for
queue-move-hint = The number and its place in the line stay.
queue-counter = You are sitting at
queue-call-next = Call the next number
queue-call-next-of = Call the next number ({ $n } waiting)
queue-waiting-title = Waiting: { $n }
queue-waiting-empty = Nobody is waiting.
queue-waiting-caption = Waiting numbers in the order of calling
queue-column-service = Service
queue-column-first = Goes first
queue-column-waited = Waited
queue-row-slot = booked for { $at }
queue-order-hint = Two lines are called in turn: one who goes first (by law, or booked and due), then one of the others; within a line, first come, first served.
queue-missed-title = Called in vain
queue-settings-title = Counters and number machine
queue-settings-done = Kept. The machine and the board use it at once.
queue-settings-devices = Addresses for the number machine (prints slips by itself) and the screen of the waiting room:
queue-settings-groups = Services on the machine
queue-settings-groups-hint = A button each, at most six. A letter without a name is not offered.
queue-settings-vi = Name in Vietnamese
queue-settings-en = Name in English
queue-settings-counters = Counters
queue-settings-counters-hint = A counter without a name is dropped. Without a letter ticked it serves everything.
queue-settings-counter = Name of the counter
queue-settings-serves = Serves
queue-settings-booking = Appointments
queue-settings-length = Length of a slot
queue-settings-capacity = Places in each slot
queue-settings-capacity-hint = 0 means that no appointments are taken.
queue-settings-days = Days ahead that can be booked
queue-settings-keep = Keep these settings
appointment-title = Book an appointment
appointment-lead = Choose a day and a time to come to { $office }. No account is needed. If you come in time you are called first.
appointment-move-title = Move the appointment
appointment-move-lead = Choose a new time. The code stays; the old time is given up only when the new one is held for you.
appointment-keep = Keep the old time
appointment-none = No day can be booked here at present. You can still come and take a number during opening hours.
appointment-day = Day
appointment-full = full
appointment-free =
    { $n ->
        [one] 1 place
       *[other] { $n } places
    }
appointment-slot = Time, { $day }
appointment-group = What you come for
appointment-name = Full name
appointment-phone = Phone number
appointment-phone-hint = For a reminder, where the office sends messages.
appointment-privacy = Name and phone number are encrypted; only the officials of that office can read them.
appointment-book = Book
appointment-move-button = Move to this time
appointment-have-code = I have a code: see, move or cancel
appointment-page-title = Your appointment
appointment-code = Appointment code
appointment-code-hint = The twelve letters and digits of the page that confirmed it, e.g. 7K3M-PQ2V-9XAB.
appointment-done-booked = Booked. Please write down the code below or take a picture of it.
appointment-done-moved = The appointment was moved.
appointment-done-cancelled = The appointment was cancelled.
appointment-sentence = You are expected on { $at } at { $office }.
appointment-sentence-past = The time, { $at }, has passed. You can still come and take a number, or book again.
appointment-sentence-cancelled = The appointment on { $at } was cancelled.
appointment-sentence-kept = You came and took a number.
appointment-follow-number = Follow the number
appointment-next-title = What to do next
appointment-next-keep = Keep the code: with it you move or cancel the appointment, and take a number when you come.
appointment-next-come = When you come, type the code at the number machine, or tell the counter.
appointment-next-late = More than 15 minutes late you are still served, but in the line of everybody.
appointment-move = Move
appointment-cancel = Cancel the appointment
appointment-again = Book again
appointment-lookup-title = See an appointment
appointment-show = Show the appointment
appointment-choose-office = Not booked yet? Choose an office
appointment-work-title = Appointments of the day
appointment-work-empty = There are no appointments on this day.
appointment-column-time = Time
appointment-column-who = Who
appointment-column-do = To do
appointment-erased = erased
appointment-come = Has come
appointment-come-done = Noted. The queue number is { $code }.
appointment-state-booked = Booked
appointment-state-kept = Came, number { $code }
appointment-state-cancelled = Cancelled
appointment-state-passed = Time passed, did not come

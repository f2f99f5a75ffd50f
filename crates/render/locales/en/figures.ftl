figures-title = Public figures
figures-sentence =
    { $enough ->
        [0] No office has enough ballots of persons to conclude anything yet.
        [one] One of { $n } offices has enough ballots of persons to conclude something.
       *[other] { $enough } of { $n } offices have enough ballots of persons to conclude something.
    }
figures-how = Each share counts the ballots that say “Satisfied” or “Very satisfied”, with its 95% interval (Wilson). Below 20 ballots we conclude nothing.
figures-overall = Overall satisfaction
figures-district-persons = Persons satisfied, whole district
figures-district-organisations = Organisations and businesses satisfied, whole district
figures-on-time = Returned on time
figures-on-time-of =
    { $n ->
        [one] { $share } of one case
       *[other] { $share } of { $n } cases
    }
figures-no-cases = no case returned yet
figures-waiting =
    { $n ->
        [one] One ballot waits in the box and will be counted once it is sealed.
       *[other] { $n } ballots wait in the box and will be counted once they are sealed.
    }
figures-waiting-short = Waiting ballots
figures-tiles-title = Overall satisfaction of persons by commune and town
figures-tiles-hint = A schematic map. Deeper means more satisfied; hatched means too few ballots.
figures-persons = Persons
figures-organisations = Organisations and businesses
figures-dots-title = Overall satisfaction of each office
figures-dots-hint = The dot is the share, the line its interval. Where two lines overlap, neither office can be called better.
figures-none = Too few ballots to conclude.
figures-n = Ballots
figures-response = Response rate
figures-show-all = Show all offices
figures-office-title = { $office }: what these figures count
figures-denied = { $n } of those who were invited say that the recorded rating was not theirs.
figures-joined = { $n } ballots of boxes with too few were opened together with other offices' at the quarter's end and count for the whole district only.
figures-office-counts = This counts { $ballots } ballots in { $groups } sealed groups, from { $invited } invitations.
figures-office-link = Show this office
figures-question = Question
figures-share = Satisfied or very satisfied
figures-sealed-how = Ballots are sealed after the day's end in shuffled groups of at least three, so that nobody knows whose is whose. Skipped questions are not counted.
chart-dots-desc = Each row is an office: the dot is the share of answers 4 and 5, the line its 95% interval. The scale is in percent. The table below has the same figures.
chart-tiles-desc = Each cell is a commune or town with its name and overall satisfaction. The table below has the same figures.
period-sample = Second quarter of 2017
period-quarter = Quarter { $quarter } of { $year }
figures-units-then = These are the offices of that time; units have been reorganised since.
figures-units-now = These are the offices of today: each with the figures of the former ones that went over to it whole.
figures-units-to-now = Show today's offices
figures-units-to-then = Show the offices of then
figures-divided = { $office } was divided between { $into }. There is no exact figure for today's offices, so its own stand by themselves and are not apportioned.
figures-ended = { $office } no longer exists and nothing followed it as a whole: its figures stand by themselves.

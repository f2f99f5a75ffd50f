posting-title = Notice board
posting-heading = Notice board of { $office }
posting-lead = { $posted } of { $all } procedures are posted rightly; { $outdated } notices are out of date, { $missing } are missing.
posting-all-good = All { $all } procedures in force are posted in the right version.
posting-rule = Procedures in force must be posted in full and in the right version where they are received (Decree 63/2010/NĐ-CP, art. 16, 17).
posting-state = Notice
posting-state-posted = right version
posting-state-outdated = out of date
posting-state-missing = missing
posting-confirm = Confirm that the chosen procedures are posted
posting-choose = Choose the procedures whose right version hangs on the notice board.
posting-none-chosen = No procedure was chosen. Choose at least one and confirm again.
posting-offices = Notice boards of the offices
posting-offices-lead = Offices with missing or old notices come first.
posting-office = Office
posting-posted = Right version
posting-outdated = Out of date
posting-missing = Missing
posting-last = Last confirmed
posting-never = never
posting-list = Procedures to be posted
posting-done = The confirmation was kept.
posting-photo = Photo of the notice board (if any)
posting-photo-hint = JPEG or PNG, at most 10 MB; better without faces of people. It takes the place of the last photo for the chosen procedures; only this office, the leader and the administrator see it.
posting-photos = Photos of the notice board
posting-photo-alt = Photo of the notice board of { $office }
posting-photo-shows = { $n ->
    [one] For one procedure
   *[other] For { $n } procedures
 }
posting-with-photo = with a photo
posting-with-photo-column = With a photo

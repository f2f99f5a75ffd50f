dialogue-estimate = { $commune } is chosen: about { $people } people there are estimated to have a pressing grievance this quarter (90 % interval: { $low } to { $high })
dialogue-by-estimate = , more than in any other commune.
dialogue-by-excess = , close to { $other } (chance of being first { $mine } and { $others }); the one further above the district's rate is chosen.
dialogue-by-rest = , level with { $other } (chance of being first { $mine } and { $others }); { $other } had a dialogue within the last four quarters and gives way.
dialogue-by-count = , level with { $other } (chance of being first { $mine } and { $others }); the one with more pressing forms is chosen.
dialogue-same = It is also the commune with most pressing forms ({ $n }).
dialogue-differs = { $raw } has more pressing forms ({ $n }), but { $forms } forms on { $cases } cases there give an estimate of about { $people } people only; in { $chosen } just { $chosen_forms } forms were answered on { $chosen_cases } cases.
dialogue-nothing = Nobody reported a pressing grievance this quarter; { $commune } is chosen because it has most cases.

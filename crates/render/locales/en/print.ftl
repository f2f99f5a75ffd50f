print-apology = Apology with a new date (PDF)
print-stop-notice = Notice that the case was stopped (PDF)
print-control-slip = Control slip (PDF)
print-pick = Choose case { $code } for printing
print-chosen = Print for the chosen cases:
refusal-choose-cases = Choose between 1 and 100 cases of the list, then print again.

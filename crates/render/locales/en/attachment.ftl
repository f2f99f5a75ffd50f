attachment-title = Attachments
attachment-link = Attachments: scans and photos
attachment-back = Back to the case
attachment-of-case = Case { $code }: { $procedure }
attachment-none = The case has no files yet.
attachment-used = { $n } of { $most } files, { $size } of { $together }.
attachment-added = { $n ->
    [one] One file was kept.
   *[other] { $n } files were kept.
 }
attachment-removed-done = The file was removed. The reason stays below.
attachment-by = added by { $who }, { $at }
attachment-scan-clean = Scanned for viruses
attachment-scan-off = Not scanned for viruses
attachment-download = Download
attachment-view = See the picture
attachment-remove = Remove this file
attachment-remove-reason = Why it is removed
attachment-remove-hint = The file will be gone; the reason, your name and the time stay.
attachment-remove-button = Remove the file
attachment-gone = Removed files
attachment-gone-line = removed by { $who }, { $at }: { $reason }
attachment-erased = erased on request
attachment-erased-about = The applicant's data was erased: the files can no longer be opened, and none can be added.
attachment-no-place = This installation has no place for files yet, so none can be added. Please tell the administrator.
attachment-add = Add files
attachment-choose = Scans or pictures
attachment-choose-hint = PDF, JPEG or PNG, each at most 10 MB. You may choose several at once.
attachment-camera = Or take a photo with the phone
attachment-camera-hint = Lay the paper flat in good light and photograph it straight from above.
attachment-document = Which document of the case is this?
attachment-document-hint = Leave it empty if it is none of the documents that the procedure asks for.
attachment-about = Files are encrypted before they are kept. Only those who handle the case at your office can see them.
attachment-button = Keep the files
attachment-kilobytes = { $n } KB
attachment-megabytes = { $n } MB

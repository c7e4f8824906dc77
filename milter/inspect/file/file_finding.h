/* file_finding.h - findings of files, by their names. Inside inspect/file/ only. */
#ifndef CORDON_FILE_FINDING_H
#define CORDON_FILE_FINDING_H

#include "finding.h"

/* One more that the file goes by; each once. */
void file_finding_add_name(Finding *finding, const char *name);

/* Traits by all names, and by what they say of its type. */
void file_finding_judge_names(Finding *finding);

/* Of its name, or its type, in the file around it, or NULL. */
void file_finding_set_path(Finding *finding, const Finding *around);

/* Appends a file in another, under a name as it stands there, or "". Owned by findings. */
Finding *file_finding_inside(GPtrArray *findings, const Finding *around, const char *name,
                             const char *type);

#endif

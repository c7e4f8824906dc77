/* inspect.h - parts to findings: links, files, anomalies. */
#ifndef CORDON_INSPECT_H
#define CORDON_INSPECT_H

#include <glib.h>

#include "file.h"
#include "finding.h"
#include "text.h"
#include "tree.h"

/* All findings of a message in document order (Finding *, freed with the array). `own`: its text is
 * Cordon's own work, and is not looked through for cues (cue.h). */
GPtrArray *inspect_run(Tree *tree, FileScanner *scanner, gboolean own);

/* A text or HTML part as UTF-8, the way inspection saw it: label from the header, for HTML else
 * from its <meta>. The caller frees. */
Text *inspect_text(const Tree *tree, Part *part);

#endif

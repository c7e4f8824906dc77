/* fields.h - links in header fields, as findings. Inside inspect/ only. */
#ifndef CORDON_INSPECT_FIELDS_H
#define CORDON_INSPECT_FIELDS_H

#include "file.h"
#include "finding.h"
#include "tree.h"

/* Appends those of a part's own header: of a message all that field_place.h knows, of another part
 * the Content- fields. */
void inspect_fields(const Tree *tree, const Part *part, GPtrArray *findings);

/* --- card_files.c --- */

/* Files inside a calendar or a contact, after the part itself was looked at: its findings begin at
 * `first`. */
void inspect_card_files(Tree *tree, Part *part, FileScanner *scanner, GPtrArray *findings,
                        guint first);

/* --- inspect.c --- */

void add_anomaly(GPtrArray *findings, const Part *part, AnomalyKind kind, const char *detail);

/* Takes the link and its address. */
Finding *link_finding(Link *link, Url *url, const Part *part);

#endif

/* disarming.h - what the disarmers of single formats share. Inside rewrite/ only. */
#ifndef CORDON_DISARMING_H
#define CORDON_DISARMING_H

#include <glib.h>

#include "finding.h"
#include "package.h"
#include "xml.h"

/* A format's disarmer: the document without what acts by itself, and in *removed, if not NULL, the
 * traits of what is gone. A reference to the same bytes if there is nothing of the kind in it.
 * NULL and DATA where it cannot be done safely. depth: documents around this one. */
typedef GBytes *(*Disarmer)(GBytes *content, unsigned depth, guint64 *removed, GError **error);

GBytes *disarm_ooxml(GBytes *content, unsigned depth, guint64 *removed, GError **error);
GBytes *disarm_rtf(GBytes *content, unsigned depth, guint64 *removed, GError **error);
GBytes *disarm_zip(GBytes *content, unsigned depth, guint64 *removed, GError **error);
GBytes *disarm_odf(GBytes *content, unsigned depth, guint64 *removed, GError **error);
GBytes *disarm_pdf(GBytes *content, unsigned depth, guint64 *removed, GError **error);

/* By what the content is. */
GBytes *disarm_content(GBytes *content, unsigned depth, guint64 *removed, GError **error);

/* --- ooxml_markup.c: one XML part of an Office document --- */

/* Takes out what acts by itself, and all that refers to relationships of `gone` (ids, a set). Tells
 * the traits of what it took out and sets *changed. FALSE if the part would not be whole then. */
gboolean ooxml_markup_clean(Xml *xml, GHashTable *gone, guint64 *removed, gboolean *changed);

#endif

/* disarming.h - what the disarmers of single formats share. Inside rewrite/ only. */
#ifndef CORDON_DISARMING_H
#define CORDON_DISARMING_H

#include <glib.h>

#include "disarm.h"
#include "edit.h"
#include "finding.h"
#include "ooxml_rels.h"
#include "package.h"
#include "rtf.h"
#include "xml.h"

/* One document on its way through a disarmer. */
typedef struct disarming {
  const Orders *orders;
  unsigned depth; /* documents around this one */
  Taken taken;    /* so far */
} Disarming;

/* A format's disarmer: the document as ordered, a reference to the same bytes if nothing had to be
 * done. NULL and DATA where it cannot be done safely; *disarming may be changed then. */
typedef GBytes *(*Disarmer)(GBytes *content, Disarming *disarming, GError **error);

GBytes *disarm_ooxml(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_rtf(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_zip(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_odf(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_flat_odf(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_pdf(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_picture(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_card(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_tnef(GBytes *content, Disarming *disarming, GError **error);
GBytes *disarm_msg(GBytes *content, Disarming *disarming, GError **error);

/* Does a file begin like a calendar or a contact? */
gboolean card_is_file(const unsigned char *head, size_t len);

/* Text with what `edit` makes of it in UTF-8: its argument if there is nothing to do, or NULL if it
 * cannot be done. The charset stays where that is sure; else, *utf8, it becomes UTF-8 with a byte
 * order mark. label: as of disarm_html. */
GBytes *disarm_text(GBytes *content, const char *label, GBytes *(*edit)(GBytes *utf8, void *data),
                    void *data, gboolean *utf8);

/* A page (disarm_html.c): new bytes, or NULL if it cannot be done. label: the charset that it is
 * labelled with, or NULL. *utf8: it had to become UTF-8. */
GBytes *disarm_html(GBytes *content, const char *label, gboolean *utf8);

/* The same of its links that are to lead nowhere, and of nothing else in it; those that stand in
 * words alone stay. */
GBytes *disarm_page(GBytes *content, const char *label, Disarming *disarming, gboolean *utf8);

/* By what the content is. */
GBytes *disarm_content(GBytes *content, Disarming *disarming, GError **error);

/* A document inside the one that is being disarmed, under the same orders. NULL where it cannot be
 * done, or it lies too deep. */
GBytes *disarm_inner(GBytes *content, Disarming *around);

/* --- disarm_picture.c --- */

/* A member of a package that may be a picture: replaced if it has a QR code that is to lead
 * nowhere. */
void disarm_member_picture(Package *package, unsigned member, Disarming *disarming);

/* The picture that stands where a QR code was: a PNG. */
GBytes *no_code_picture(void);

static inline gboolean
disarming_changes(const Disarming *disarming)
{
  return disarming->taken.traits != 0 || disarming->taken.links > 0;
}

/* What the reader is told if this address is to lead nowhere, else NULL. */
const char *disarming_dead(const Disarming *disarming, const char *address);

/* --- ooxml_markup.c: one XML part of an Office document --- */

typedef struct ooxml_change {
  gboolean changed;
  gboolean formula; /* a cell has lost its formula */
} OoxmlChange;

/* Takes out what acts by itself, if that is ordered, and addresses that are to lead nowhere, and
 * all that refers to relationships that are gone (rels, or NULL where the part has none). FALSE if
 * the part would not be whole then. */
gboolean ooxml_markup_clean(Xml *xml, const Rels *rels, Disarming *disarming, OoxmlChange *change);

/* --- ooxml_dead.c: links in one --- */

/* A link that quotes a relationship that is dead: it keeps what a reader sees of it, and says why
 * it leads nowhere. FALSE where it is none of those that have room for this. words: what the reader
 * is told. */
gboolean ooxml_link_kill(XmlNode *node, const char *words);

/* Takes addresses that are to lead nowhere out of the attributes of an element, or its text. TRUE
 * if it has changed. */
gboolean ooxml_addresses_kill(XmlNode *node, const Disarming *disarming);

/* Does a formula lead to an address that is to lead nowhere? */
gboolean formula_is_dead(const char *formula, const Disarming *disarming);

/* --- rtf_deaden.c --- */

/* Writes an address in Rich Text, at a range of its view, so that it is none any more. */
void rtf_deaden(const RtfView *view, Range at, Edits *edits);

#endif

/* ooxml_rels.h - one _rels file of an Office document. Inside rewrite/ only. */
#ifndef CORDON_OOXML_RELS_H
#define CORDON_OOXML_RELS_H

#include "bitset.h"
#include "xml.h"

typedef struct rels {
  unsigned member;
  Xml *xml;
  char *folder;     /* of the source, with '/' at the end, "" for the package */
  char *source;     /* name of the part that it belongs to, "" for the package */
  GHashTable *gone; /* ids */
  GHashTable *dead; /* ids of hyperlinks that are to lead nowhere ─▶ what the reader is told; the
                       words are the orders' */
  gboolean stuck;   /* the source quotes one of them where it cannot be taken out */
} Rels;

/* Takes xml over. name: of the member, one that rels_is_name says yes to. */
Rels *rels_new(unsigned member, const char *name, Xml *xml);
void rels_free(void *rels);

/* "word/_rels/document.xml.rels" */
gboolean rels_is_name(const char *name);

/* The member that a target means: "../media/a.png" from "word/" is "media/a.png". New string. */
char *rels_resolve(const Rels *rels, const char *target);

/* The last step of a relationship's type: "hyperlink". */
const char *rels_kind(const char *type);

/* REMOTE_TEMPLATE or EXTERNAL_RELATIONSHIP of one that leads outside; 0 for one that may stay. */
BitSet rels_outside_traits(const char *type, const char *target);

#endif

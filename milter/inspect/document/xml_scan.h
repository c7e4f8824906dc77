/* xml_scan.h - XML as a row of tags and texts, for a look at the parts of documents. It forgives
 * what a parser would refuse, and expands nothing. Inside inspect/ only. */
#ifndef CORDON_XML_SCAN_H
#define CORDON_XML_SCAN_H

#include <glib.h>
#include <string.h>

typedef struct xml_scan {
  const char *at, *end;
  gboolean torn; /* a declaration has no end */
} XmlScan;

typedef enum xml_kind { XML_START, XML_CLOSE, XML_TEXT } XmlKind;

typedef struct xml_item {
  XmlKind kind;
  const char *name; /* of a tag, without its prefix; ends at name_len */
  size_t name_len;
  const char *body; /* the attributes, or the text, as written; ends at len */
  size_t len;
  gboolean empty; /* <a/> */
  gboolean raw;   /* a text in which nothing is escaped: CDATA */
} XmlItem;

/* The next one; FALSE at the end. Comments and instructions are left out. Linear. */
gboolean xml_scan_next(XmlScan *scan, XmlItem *item);

/* Inline, since each tag is asked for many names. */
static inline gboolean
xml_item_is(const XmlItem *item, const char *name)
{
  return item->name_len == strlen(name) && memcmp(item->name, name, item->name_len) == 0;
}

/* The value of the first attribute of that name, its prefix left aside, with references undone.
 * New string, or NULL. Which prefix counts only a parser knows: with xml_item_attribute_at() all of
 * that name are looked at, from 0 on. */
char *xml_item_attribute(const XmlItem *item, const char *name);
char *xml_item_attribute_at(const XmlItem *item, const char *name, unsigned n);

/* Has one of the attributes of that name this value? ASCII case does not matter. */
gboolean xml_item_has_value(const XmlItem *item, const char *name, const char *value);

/* A text with references undone. New string. */
char *xml_item_text(const XmlItem *item);

/* Characters that are written as their numbers: then any word may be there and not show. */
gboolean xml_has_references(const char *text, size_t len);

/* Bytes that begin like UTF-16, as UTF-8: a new string, *written bytes of it. NULL for all else,
 * and for what is none; *wide tells which. */
char *xml_from_utf16(const unsigned char *bytes, size_t len, gsize *written, gboolean *wide);

/* UTF-8 that begins like XML does, behind blanks and a byte order mark. */
gboolean xml_is_markup(const char *text, size_t len);

/* Is a member of a package one of its XML parts? By its name, or by what it begins with: a document
 * says which of its parts are, and any name will do. */
gboolean xml_is_part(const char *name, const unsigned char *bytes, size_t len);
gboolean xml_is_part_name(const char *name);

/* Does XML (UTF-8) stand in the bytes as it is scanned? FALSE where a parser reads something else:
 * declared in a charset in which "<" is another byte or the next to be changed, with a document
 * type that declares entities or attributes, or with NULs. */
gboolean xml_is_plain(const char *text, size_t len);

#endif

/* tnef.h - the shape of winmail.dat ([MS-OXTNEF]): a row of attributes, some of which are lists of
 * MAPI properties (mapi.h). Read as they come, for inspect/ and for what is written anew. */
#ifndef CORDON_TNEF_H
#define CORDON_TNEF_H

#include <glib.h>

#include "range.h"

#define TNEF_SUBJECT         0x00018004
#define TNEF_ATTACH_TITLE    0x00018010
#define TNEF_BODY            0x0002800c
#define TNEF_MESSAGE         0x00069003
#define TNEF_ATTACHMENT      0x00069005
#define TNEF_ATTACH_RENDDATA 0x00069002
#define TNEF_CODE_PAGE       0x00069007
#define TNEF_ATTACH_DATA     0x0006800f

/* In front of an object: the id of its interface. */
#define TNEF_INTERFACE 16

gboolean tnef_is(const unsigned char *bytes, size_t len);

/* --- attributes --- */

typedef struct tnef {
  const unsigned char *bytes;
  size_t len, at;
} Tnef;

typedef struct tnef_attribute {
  guint32 id;
  Range whole; /* in the file: level (1 byte), id (4), length (4), data, checksum (2) */
  Range data;
} TnefAttribute;

/* FALSE if it is none. The bytes must outlive it. */
gboolean tnef_begin(Tnef *tnef, const unsigned char *bytes, size_t len);

/* 1 for the next one, 0 at the end (up to 10 bytes may follow), -1 if it cannot be read. */
int tnef_next(Tnef *tnef, TnefAttribute *attribute);

/* Sum of the data, as stands behind it. */
guint16 tnef_checksum(const unsigned char *data, size_t len);

/* All charsets that the file names for its texts, each once (const char *, static); at least one
 * entry, which is NULL if there is none. */
GPtrArray *tnef_charsets(const unsigned char *bytes, size_t len);

/* --- properties --- */

typedef struct tnef_properties {
  const unsigned char *at, *end;
  guint32 left;   /* properties */
  guint32 tag;    /* of the values that are still to come */
  guint32 values; /* so many */
  guint32 index;
} TnefProperties;

/* One value of a property. */
typedef struct tnef_property {
  guint32 tag;   /* id << 16 | type */
  guint32 index; /* in a list of values */
  const unsigned char *data;
  size_t size;
  const unsigned char *start; /* of what is written for it: of a text, a binary or an object with
                                 its length in front and its padding behind; else the value */
  size_t written;
} TnefProperty;

/* FALSE if there is no list. The bytes must outlive it. */
gboolean tnef_properties_begin(TnefProperties *list, const unsigned char *bytes, size_t len);

/* 1 for the next value, 0 at the end, -1 if it cannot be read. */
int tnef_properties_next(TnefProperties *list, TnefProperty *property);

#endif

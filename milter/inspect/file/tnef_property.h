/* tnef_property.h - a list of MAPI properties in winmail.dat. Inside inspect/file/ only. */
#ifndef CORDON_INSPECT_TNEF_PROPERTY_H
#define CORDON_INSPECT_TNEF_PROPERTY_H

#include <glib.h>

/* Types, the lower half of a tag. */
#define TNEF_OBJECT  0x000d
#define TNEF_TEXT_8  0x001e
#define TNEF_TEXT_16 0x001f
#define TNEF_BINARY  0x0102

typedef struct tnef_properties {
  const unsigned char *at, *end;
  guint32 left;
} TnefProperties;

typedef struct tnef_property {
  guint32 tag;               /* id << 16 | type */
  const unsigned char *data; /* the first value of a text, a binary or an object; else NULL */
  size_t size;
} TnefProperty;

/* FALSE if there is no list. The bytes must outlive it. */
gboolean tnef_properties_begin(TnefProperties *list, const unsigned char *bytes, size_t len);

/* 1 for the next one, 0 at the end, -1 if it cannot be read. */
int tnef_properties_next(TnefProperties *list, TnefProperty *property);

#endif

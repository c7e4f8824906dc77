/* mapi.h - the properties of a message of Outlook's ([MS-OXPROPS], [MS-OXCMSG]), as winmail.dat and
 * saved messages have them: which of them a reader is shown links by. */
#ifndef CORDON_MAPI_H
#define CORDON_MAPI_H

#include <glib.h>

#include "edit.h"
#include "link.h"
#include "text.h"

/* Types, the lower half of a tag; one bit more for a list of values. */
#define MAPI_LONG     0x0003
#define MAPI_OBJECT   0x000d
#define MAPI_TEXT_8   0x001e
#define MAPI_TEXT_16  0x001f
#define MAPI_BINARY   0x0102
#define MAPI_MULTIPLE 0x1000

typedef enum mapi_use {
  MAPI_OTHER,
  MAPI_PAGE,      /* the body as HTML: PidTagHtml, PidTagBodyHtml */
  MAPI_RICH_TEXT, /* the body as compressed Rich Text */
  MAPI_WORDS,     /* the body as text; Outlook makes links of what looks like one */
  MAPI_NOTE,      /* another text: a place, a web page, what a request to share leads to */
  MAPI_ELSEWHERE, /* of an attachment: where it lies, if it is not in the message */
  MAPI_FILE,      /* of an attachment: what is in it */
  MAPI_NAME,      /* of an attachment: its long name */
  MAPI_ALIAS,     /* of an attachment: its short name, and the one that is displayed */
} MapiUse;

/* What a property is; attachment: one of an attachment, not of a message. MAPI_OTHER where the type
 * is none that programs know of such a property. */
MapiUse mapi_use(guint32 tag, gboolean attachment);

static inline gboolean
mapi_is_wide(guint32 tag)
{
  return (tag & 0xffff & ~(guint32)MAPI_MULTIPLE) == MAPI_TEXT_16;
}

/* The charset of a code page, as charset_from_label; "windows-1252" for one that is not known. Adds
 * it to `charsets` (const char *), each once; 0 is none. One more than LIMIT_CODE_PAGES are kept.
 */
void mapi_add_charset(GPtrArray *charsets, guint32 page);

/* PidTagInternetCodepage, PidTagMessageCodepage: a property that says how texts are written? */
gboolean mapi_is_code_page(guint32 tag);

/* --- texts --- */

/* A value that is text. What begins it is never taken for a mark of another charset, but in a
 * page. */
typedef struct mapi_text {
  GBytes *bytes; /* the value, behind `front` bytes that are not its own */
  size_t front;
  size_t nuls; /* that ended it: not in bytes */
  Text *text;
} MapiText;

/* charset: NULL where none is named; of a wide one it counts for nothing. Without one a text is
 * taken for none of those in which ASCII is something else, as a page may be. */
MapiText *mapi_text_new(const unsigned char *value, size_t len, gboolean wide, gboolean page,
                        const char *charset);
void mapi_text_free(MapiText *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MapiText, mapi_text_free)

/* The links of a text of that use. FALSE where LIMIT_TEXT or LIMIT_LINKS was met. */
gboolean mapi_text_links(const MapiText *text, MapiUse use, GArray *links);

/* The value with edits that are over text->text->utf8, all else as it was. NULL where its charset
 * cannot carry them. */
GBytes *mapi_text_splice(const MapiText *text, Edits *edits);

#endif

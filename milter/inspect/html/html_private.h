/* html_private.h - what the files of the HTML tokenizer share. */
#ifndef CORDON_HTML_PRIVATE_H
#define CORDON_HTML_PRIVATE_H

#include <string.h>

#include "html.h"

/* What a byte can end. SPECIAL: it does not stand for itself everywhere (CR, NUL, '&'). */
enum {
  HTML_CLASS_LESS = 1 << 0,
  HTML_CLASS_SPECIAL = 1 << 1,
  HTML_CLASS_BLANK = 1 << 2,
  HTML_CLASS_NAME_END = 1 << 3,
  HTML_CLASS_ATTR_END = 1 << 4,
  HTML_CLASS_VALUE_END = 1 << 5, /* of an unquoted value */
};

extern const guint8 html_class[256];

/* Of names that are not empty. Most differ in the first two bytes. */
static inline gboolean
html_name_is(const char *name, const char *other)
{
  return name[0] == other[0] && name[1] == other[1] && strcmp(name, other) == 0;
}

/* TRUE if the name is one of the list, which NULL ends. */
static inline gboolean
html_name_in(const char *const *list, const char *name)
{
  for (; *list; list++)
    if (html_name_is(name, *list))
      return TRUE;
  return FALSE;
}

/* How text is read. All but data and CDATA last until the end tag of `last_start`. */
typedef enum html_model {
  MODEL_DATA,
  MODEL_RCDATA,
  MODEL_RAWTEXT,
  MODEL_SCRIPT,
  MODEL_PLAINTEXT,
  MODEL_CDATA,
} HtmlModel;

#define FOREIGN_DEPTH 32

/* The open svg and math elements, and the elements in them whose content is HTML again. */
typedef struct html_foreign {
  guint8 stack[FOREIGN_DEPTH];
  unsigned depth;
} HtmlForeign;

struct html_tokenizer {
  const unsigned char *src;
  size_t len, pos;
  HtmlModel model;
  gboolean follow;
  gboolean raw_end_tag; /* the end tag that ended raw text is next */
  gboolean is_undone;   /* the text of the token was undone by the rules in `undo` */
  gboolean is_mapped;   /* ... and `pieces` lead back */
  unsigned undo;
  HtmlForeign foreign;
  GString *last_start;
  HtmlToken token;
  unsigned errors;
  GArray *attributes; /* HtmlAttribute */
  GArray *pieces;     /* HtmlPiece */
  GString *undone;    /* text, or values of the tag */
  char *names;
  size_t names_size, names_used;
};

/* The only name of the token, in lower case. */
const char *html_name(HtmlTokenizer *t, Range span);

/* TRUE if the appropriate end tag begins at `at`. */
gboolean html_ends_raw(const HtmlTokenizer *t, size_t at);

/* Where the text of a script ends that begins at t->pos. */
size_t html_script_end(const HtmlTokenizer *t);

/* Reads what begins with "<!", "<?", or "</" and no letter: comment, doctype, CDATA section. */
void html_read_declaration(HtmlTokenizer *t);

/* Fills in the token and moves on to `next`. */
void html_undo_comment(HtmlTokenizer *t, Range data, size_t next);
void html_read_cdata(HtmlTokenizer *t, size_t start);

/* Follow the tokens; _start says how the text after the tag is to be read. */
HtmlModel html_foreign_start(HtmlForeign *foreign, const HtmlToken *token);
void html_foreign_end(HtmlForeign *foreign, const HtmlToken *token);
gboolean html_foreign_now(const HtmlForeign *foreign);

#endif

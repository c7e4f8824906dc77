/* word_fields.c - a field of Word is a beginning, a code, a text and an end, each in a run of its
 * own. The code is often split over runs, and other fields may stand in it. */
#include "word_fields.h"

#include "bounds.h"
#include "document.h"

/* Bytes of a field's code, or of the words of a link, that are looked at. */
#define WORDS (2 * LIMIT_ADDRESS)

/* Long before this nobody reads on; fields that stand in each other hold the same words. */
gboolean
words_append(GString *to, const char *text)
{
  size_t room = to->len < WORDS ? WORDS - to->len : 0, len = strnlen(text, room + 1);

  g_string_append_len(to, text, (gssize)MIN(len, room));
  return len <= room;
}

void
word_field_clear(WordField *field)
{
  g_string_free(field->code, TRUE);
  g_string_free(field->text, TRUE);
}

static WordField *
field_top(WordFields *fields)
{
  return fields->depth > 0 && fields->depth <= LIMIT_FIELD_DEPTH ? &fields->open[fields->depth - 1]
                                                                 : NULL;
}

static void
field_begin(WordFields *fields)
{
  WordField *field;

  for (unsigned i = 0; i < MIN(fields->depth, LIMIT_FIELD_DEPTH); i++)
    if (!fields->open[i].separated)
      words_append(fields->open[i].code, FIELD_INSIDE);
  fields->depth++;
  fields->cut |= fields->depth > LIMIT_FIELD_DEPTH;
  if ((field = field_top(fields)))
    *field = (WordField){g_string_new(NULL), g_string_new(NULL), FALSE};
}

gboolean
word_fields_end(WordFields *fields, WordField *ended)
{
  WordField *field = field_top(fields);

  fields->depth -= fields->depth > 0;
  if (field)
    *ended = *field;
  return field != NULL;
}

gboolean
word_fields_mark(WordFields *fields, const XmlItem *item, WordField *ended)
{
  g_autofree char *kind = xml_item_attribute(item, "fldCharType");
  g_autofree char *other = xml_item_attribute_at(item, "fldCharType", 1);
  WordField *field = field_top(fields);

  fields->cut |= other != NULL; /* which of them counts, only a parser knows */
  if (g_strcmp0(kind, "begin") == 0)
    field_begin(fields);
  else if (g_strcmp0(kind, "end") == 0)
    return word_fields_end(fields, ended);
  else if (field)
    field->separated = TRUE;
  return FALSE;
}

void
word_fields_code(WordFields *fields, const char *text)
{
  WordField *field = field_top(fields);

  if (field && !field->separated && !words_append(field->code, text))
    fields->cut = TRUE; /* the address may come behind it */
}

void
word_fields_words(WordFields *fields, const char *text)
{
  for (unsigned i = 0; i < MIN(fields->depth, LIMIT_FIELD_DEPTH); i++) {
    WordField *field = &fields->open[i];

    if (!words_append(field->separated ? field->text : field->code, text) && !field->separated)
      fields->cut = TRUE;
  }
}

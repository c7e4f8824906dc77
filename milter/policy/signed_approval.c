#include "signed_approval.h"

#include <string.h>

#include "names.h"
#include "when.h"

/* What the key and the command say. */
static const char *const others[] = {"name",
                                     "approver",
                                     "post",
                                     "delegation",
                                     "on-behalf-of",
                                     "second",
                                     "second-post",
                                     "second-delegation",
                                     "second-on-behalf-of",
                                     "implementer",
                                     "signed",
                                     "signature",
                                     "second-signature",
                                     NULL};

/* --- the text --- */

static char **
text_named(Exception *exception, const char *what)
{
  if (name_index(others, what) >= 0)
    return NULL;
#define X(member, name, needed)                                                                    \
  if (strcmp(what, name) == 0)                                                                     \
    return &exception->member;
  EXCEPTION_TEXTS(X)
#undef X
  return NULL;
}

static gint64 *
time_named(Exception *exception, const char *what)
{
#define X(member, name)                                                                            \
  if (strcmp(what, name) == 0)                                                                     \
    return &exception->member;
  EXCEPTION_TIMES(X)
#undef X
  return NULL;
}

/* A day ends when it is over. */
static gint64
time_of(const char *what, const char *text)
{
  gint64 time = exception_time_read(text);
  return time > 0 ? time : when_date(text, strcmp(what, "end") == 0);
}

static char *
take_value(Exception *exception, const char *what, const char *value)
{
  char **text = text_named(exception, what);
  gint64 *time = time_named(exception, what);
  if (!text && !time)
    return g_strdup_printf("\"%s\" is nothing that an approval says", what);
  if (text ? *text != NULL : *time != 0)
    return g_strdup_printf("\"%s\" stands there twice", what);
  if (text)
    *text = g_strdup(value);
  else if ((*time = time_of(what, value)) <= 0)
    return g_strdup_printf("%s is a date, 2026-12-31, or a time, 2026-12-31T10:00:00Z", what);
  return NULL;
}

static char *
take_line(Exception *exception, char *line)
{
  char *colon = strchr(line, ':');
  if (!*g_strstrip(line) || *line == '#')
    return NULL;
  if (!colon)
    return g_strdup_printf("\"%s\" is no line \"name: value\"", line);
  *colon = '\0';
  g_strstrip(line);
  const char *value = g_strstrip(colon + 1);
  return *value ? take_value(exception, line, value) : g_strdup_printf("%s is empty", line);
}

char *
exception_read_text(Exception *exception, const char *text)
{
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  char *fault = NULL;
  if (!lines[0] || strcmp(g_strchomp(lines[0]), EXCEPTION_TEXT_FIRST) != 0 ||
      !g_utf8_validate(text, -1, NULL))
    return g_strdup("it does not begin with the line \"" EXCEPTION_TEXT_FIRST "\"");
  for (char **line = lines + 1; *line && !fault; line++)
    fault = take_line(exception, *line);
  exception_lower(exception);
  return fault;
}

/* --- its signature --- */

static char *
fault_of_term(const Key *key, gint64 when)
{
  g_autofree char *last = term_last_day(&key->term);
  if (term_holds(&key->term, when))
    return NULL;
  return when < key->term.from
             ? g_strdup_printf("key \"%s\" of %s is not in force yet", key->title, key->name)
             : g_strdup_printf("key \"%s\" of %s was good until %s", key->title, key->name, last);
}

const Key *
signed_approval_signer(const Keys *keys, const char *text, const char *signature, gint64 when,
                       char **fault)
{
  g_auto(Signature) read = {0};
  const char *wrong = signature_read(&read, signature);
  const Key *key = wrong ? NULL : keys_find(keys, read.key);
  if (wrong) {
    *fault = g_strdup_printf("the signature %s", wrong);
  } else if (!key) {
    g_autofree char *print = public_key_fingerprint(read.key);
    *fault = g_strdup_printf("it is signed by a key that keys.conf does not have: %s", print);
  } else if (!signature_is_of(&read, text, strlen(text))) {
    *fault = g_strdup_printf("it is not what %s signed: the text or the signature was altered",
                             key->name);
  } else {
    *fault = fault_of_term(key, when);
  }
  return *fault ? NULL : key;
}

/* --- what was recorded --- */

static gboolean
is_same(const char *said, const char *recorded)
{
  return g_strcmp0(said, recorded) == 0;
}

static const char *
differing(const Exception *said, const Exception *recorded)
{
#define X(member, name, needed)                                                                    \
  if (name_index(others, name) < 0 && !is_same(said->member, recorded->member))                    \
    return name;
  EXCEPTION_TEXTS(X)
#undef X
#define X(member, name)                                                                            \
  if (said->member != 0 && said->member != recorded->member)                                       \
    return name;
  EXCEPTION_TIMES(X)
#undef X
  return NULL;
}

static char *
fault_of_signer(const Keys *keys, const Exception *exception, const char *signature,
                const char *person, const char *post, gint64 when)
{
  char *fault = NULL;
  const Key *key = signed_approval_signer(keys, exception->signed_text, signature, when, &fault);
  if (key && (!names_agree(key->name, person) || !names_agree(key->post, post)))
    fault = g_strdup_printf("it is signed by %s, %s, and the record says %s, %s", key->name,
                            key->post, person, post);
  return fault;
}

char *
signed_approval_fault(const Keys *keys, const Exception *exception)
{
  Exception said = {0};
  if (!exception->signed_text || !exception->signature)
    return g_strdup("its approval is not signed");
  char *fault = exception_read_text(&said, exception->signed_text);
  const char *other = fault ? NULL : differing(&said, exception);
  if (other)
    fault = g_strdup_printf("its %s is not what was signed", other);
  exception_clear(&said);
  if (!fault)
    fault = fault_of_signer(keys, exception, exception->signature, exception->approver,
                            exception->post, exception->added);
  if (!fault && exception->second)
    fault = exception->second_signature
                ? fault_of_signer(keys, exception, exception->second_signature, exception->second,
                                  exception->second_post, exception->seconded)
                : g_strdup("its second approval is not signed");
  return fault;
}

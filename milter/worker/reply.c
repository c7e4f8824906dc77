/* Replies, and the front's check of them. Nothing in a reply is believed: a message may have taken
 * the worker over that wrote it. What passes here can change content and the few fields that
 * Cordon owns, and cannot smuggle a header, a second SMTP reply or a forged log line. */
#include "reply.h"

#include "bounds.h"
#include "error.h"
#include "field_place.h"
#include "memfd.h"

#include <string.h>

#define REPLY_MAGIC G_GUINT64_CONSTANT(0x32796c7065726443) /* "Cdreply2" */
#define MAX_VIEWS   MIB(64)
#define MAX_REASON  KIB(2)
#define MAX_EVENT   MIB(4)
#define MAX_NAME    256

static void
header_change_free(gpointer data)
{
  HeaderChange *change = data;

  g_free(change->name);
  g_free(change->value);
  g_free(change);
}

Reply *
reply_new(void)
{
  Reply *reply = g_new0(Reply, 1);

  reply->reason = g_strdup("");
  reply->classes = g_strdup("");
  reply->event = g_strdup("{}");
  reply->views = g_strdup("");
  reply->headers = g_ptr_array_new_with_free_func(header_change_free);
  return reply;
}

void
reply_free(Reply *reply)
{
  if (reply == NULL)
    return;
  g_free(reply->reason);
  g_free(reply->classes);
  g_free(reply->event);
  g_free(reply->views);
  g_ptr_array_unref(reply->headers);
  g_clear_pointer(&reply->body, g_bytes_unref);
  g_free(reply);
}

void
reply_add_header(Reply *reply, HeaderOp op, const char *name, unsigned index, const char *value)
{
  HeaderChange *change = g_new0(HeaderChange, 1);

  *change = (HeaderChange){op, g_strdup(name), index, g_strdup(value)};
  g_ptr_array_add(reply->headers, change);
}

gboolean
reply_changes(const Reply *reply)
{
  return reply->body != NULL || reply->headers->len > 0;
}

const char *
verdict_name(Verdict verdict)
{
  static const char *const names[] = {"deliver", "hold", "reject", "tempfail"};

  return names[verdict];
}

int
reply_to_memfd(const Reply *reply, GError **error)
{
  g_autoptr(MemfdWriter) writer = memfd_writer_new(REPLY_MAGIC);

  memfd_put_number(writer, reply->verdict);
  memfd_put_string(writer, reply->reason);
  memfd_put_string(writer, reply->classes);
  memfd_put_string(writer, reply->event);
  memfd_put_string(writer, reply->views);
  memfd_put_number(writer, reply->unscanned);
  memfd_put_number(writer, reply->apart);
  memfd_put_number(writer, reply->headers->len);
  for (guint i = 0; i < reply->headers->len; i++) {
    const HeaderChange *change = g_ptr_array_index(reply->headers, i);

    memfd_put_number(writer, change->op);
    memfd_put_string(writer, change->name);
    memfd_put_number(writer, change->index);
    memfd_put_string(writer, change->value);
  }
  memfd_put_number(writer, reply->body != NULL);
  if (reply->body != NULL)
    memfd_put_bytes(writer, reply->body);
  return memfd_writer_seal(writer, "reply", error);
}

static gboolean
is_one_printable_line(const char *text)
{
  if (!g_utf8_validate(text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text++)
    if ((guchar)*text < 0x20 || *text == 0x7F)
      return FALSE;
  return TRUE;
}

/* RFC 5322 2.2: field names are printable ASCII without the colon. */
static gboolean
is_field_name(const char *name)
{
  if (*name == '\0')
    return FALSE;
  for (; *name != '\0'; name++)
    if ((guchar)*name < 33 || (guchar)*name > 126 || *name == ':')
      return FALSE;
  return TRUE;
}

/* Fields that say what the content is. All others, X-Cordon too, are no worker's business. */
static gboolean
is_of_content(const char *name)
{
  return g_ascii_strncasecmp(name, "Content-", 8) == 0 ||
         g_ascii_strcasecmp(name, "MIME-Version") == 0;
}

static gboolean
may_be_deleted(const char *name)
{
  static const char *const others[] = {"X-Attachment-Id", "X-MS-Has-Attach", "Lines",
                                       "Authentication-Results"};

  for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    if (g_ascii_strcasecmp(name, others[i]) == 0)
      return TRUE;
  return is_of_content(name) || field_place_may_delete(name);
}

static gboolean
may_be_changed(const HeaderChange *change)
{
  return is_of_content(change->name) ||
         (change->op == HEADER_CHANGE && field_place_may_change(change->name));
}

/* Every line after the first must be a fold with something on it. */
static gboolean
is_field_value(const char *value)
{
  for (; *value != '\0'; value++) {
    guchar c = (guchar)*value;

    if (c == '\n' && value[1] != ' ' && value[1] != '\t')
      return FALSE;
    if (c == '\n' && value[1 + strspn(value + 1, " \t")] == '\n')
      return FALSE;
    if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
      return FALSE;
  }
  return TRUE;
}

static gboolean
change_is_good(const HeaderChange *change)
{
  if (!is_field_name(change->name) || strlen(change->name) > MAX_NAME ||
      change->index > LIMIT_FIELDS)
    return FALSE;
  if (change->op == HEADER_DELETE)
    return may_be_deleted(change->name) && change->index >= 1;
  return may_be_changed(change) && strlen(change->value) <= LIMIT_HEADER_VALUE &&
         is_field_value(change->value) && (change->op == HEADER_ADD || change->index >= 1);
}

static gboolean
headers_are_good(const Reply *reply)
{
  if (reply->headers->len > LIMIT_HEADER_CHANGES)
    return FALSE;
  for (guint i = 0; i < reply->headers->len; i++)
    if (!change_is_good(g_ptr_array_index(reply->headers, i)))
      return FALSE;
  return TRUE;
}

static gboolean
words_are_good(const Reply *reply)
{
  return strlen(reply->reason) <= MAX_REASON && is_one_printable_line(reply->reason) &&
         strlen(reply->classes) <= MAX_REASON && is_one_printable_line(reply->classes);
}

static gboolean
event_is_good(const char *event)
{
  size_t len = strlen(event);

  return len >= 2 && len <= MAX_EVENT && is_one_printable_line(event) && event[0] == '{' &&
         event[len - 1] == '}';
}

int
reply_check(const Reply *reply, GError **error)
{
  const char *what = NULL;

  if (reply->verdict != VERDICT_DELIVER && reply_changes(reply))
    what = "changes with another verdict than deliver";
  else if (!headers_are_good(reply))
    what = "header fields that may not be changed so, or too many";
  else if (reply->body != NULL && g_bytes_get_size(reply->body) > LIMIT_REPLY)
    what = "a body over LIMIT_REPLY";
  else if (!words_are_good(reply) || !event_is_good(reply->event))
    what = "reason, classes or event";
  if (what == NULL)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "reply breaks the protocol: %s", what);
  return -1;
}

static void
get_headers(MemfdReader *reader, Reply *reply)
{
  guint64 n = memfd_get_number(reader, LIMIT_HEADER_CHANGES);

  for (guint64 i = 0; i < n; i++) {
    HeaderOp op = (HeaderOp)memfd_get_number(reader, HEADER_ADD);
    g_autofree char *name = memfd_get_string(reader, MAX_NAME);
    unsigned index = (unsigned)memfd_get_number(reader, LIMIT_FIELDS);
    g_autofree char *value = memfd_get_string(reader, LIMIT_HEADER_VALUE);

    reply_add_header(reply, op, name, index, op == HEADER_DELETE ? NULL : value);
  }
}

static void
get_string(MemfdReader *reader, char **field, size_t max)
{
  g_free(*field);
  *field = memfd_get_string(reader, max);
}

Reply *
reply_from_memfd(int fd, GError **error)
{
  g_autoptr(MemfdReader) reader = memfd_reader_new(fd, REPLY_MAGIC, LIMIT_REPLY, error);
  g_autoptr(Reply) reply = reply_new();

  if (reader == NULL)
    return NULL;
  reply->verdict = (Verdict)memfd_get_number(reader, VERDICT_TEMPFAIL);
  get_string(reader, &reply->reason, MAX_REASON);
  get_string(reader, &reply->classes, MAX_REASON);
  get_string(reader, &reply->event, MAX_EVENT);
  get_string(reader, &reply->views, MAX_VIEWS);
  reply->unscanned = memfd_get_number(reader, 1) != 0;
  reply->apart = memfd_get_number(reader, 1) != 0;
  get_headers(reader, reply);
  if (memfd_get_number(reader, 1) == 1)
    reply->body = memfd_get_bytes(reader, LIMIT_REPLY);
  if (memfd_reader_done(reader, error) != 0 || reply_check(reply, error) != 0)
    return NULL;
  return g_steal_pointer(&reply);
}

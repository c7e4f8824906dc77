#include "exception_line.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "json.h"
#include "names.h"

static const char *const op_names[] = {"add", "revoke", "ratify", "review", "second", NULL};

/* --- the chain --- */

static const char hash_member[] = ",\"hash\":\"";
static const char hash_end[] = "\"}";

/* What the chain begins with. */
static const char first_link[] = "cordon exceptions 1\n";

static void
chain(const char *before, const char *text, gsize len, char hash[EXCEPTION_HASH + 1])
{
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(sum, (const guchar *)(*before ? before : first_link), -1);
  g_checksum_update(sum, (const guchar *)text, (gssize)len);
  g_strlcpy(hash, g_checksum_get_string(sum), EXCEPTION_HASH + 1);
}

/* The length of what the hash is about, or 0 if the line does not end with one. */
static gsize
hashed_length(const char *text, gsize len)
{
  const gsize tail = strlen(hash_member) + EXCEPTION_HASH + strlen(hash_end);
  if (len <= tail || memcmp(text + len - tail, hash_member, strlen(hash_member)) != 0 ||
      memcmp(text + len - strlen(hash_end), hash_end, strlen(hash_end)) != 0)
    return 0;
  return len - tail;
}

/* --- reading --- */

static char *
member_text(JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member(object, name);
  if (!node || json_node_get_value_type(node) != G_TYPE_STRING)
    return NULL;
  return g_strdup(json_node_get_string(node));
}

static gint64
member_number(JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member(object, name);
  return node && json_node_get_value_type(node) == G_TYPE_INT64 ? json_node_get_int(node) : -1;
}

static gint64
member_time(JsonObject *object, const char *name)
{
  g_autofree char *text = member_text(object, name);
  return text ? exception_time_read(text) : -1;
}

static gboolean
member_switch(JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member(object, name);
  return node && json_node_get_value_type(node) == G_TYPE_BOOLEAN && json_node_get_boolean(node);
}

static void
read_exception(Exception *exception, JsonObject *object)
{
#define X(member, name, needed) exception->member = member_text(object, name);
  EXCEPTION_TEXTS(X)
#undef X
#define X(member, name) exception->member = member_time(object, name);
  EXCEPTION_TIMES(X)
#undef X
  exception->break_glass = member_switch(object, "break-glass");
  exception->two_person = member_switch(object, "two-person");
}

static const char *
read_members(Line *line, JsonObject *object)
{
  g_autofree char *op = member_text(object, "op");
  int n = op ? name_index(op_names, op) : -1;
  if (member_number(object, "v") != 1)
    return "is of a version that this program does not know";
  line->seq = member_number(object, "seq");
  line->time = member_time(object, "time");
  if (n < 0 || line->seq < 1 || line->time < 0)
    return "lacks op, seq or time";
  line->op = (LineOp)n;
  line->by = member_text(object, "by");
  line->why = member_text(object, "why");
  read_exception(&line->exception, object);
  if (line->op != LINE_REVIEW && !line->exception.name)
    return "names no exception";
  return NULL;
}

const char *
line_read(Line *line, const char *text, gsize len, const char *before)
{
  gsize hashed = hashed_length(text, len);
  *line = (Line){0};
  if (hashed == 0 || len > EXCEPTION_LINE_MAX)
    return "is no record with a hash at its end";
  chain(before, text, hashed, line->hash);
  if (memcmp(line->hash, text + hashed + strlen(hash_member), EXCEPTION_HASH) != 0)
    return "does not fit its hash: it, or the line before it, was changed";
  g_autoptr(JsonParser) parser = json_parser_new();
  if (!json_parser_load_from_data(parser, text, (gssize)len, NULL) ||
      !json_parser_get_root(parser) || !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
    return "is no JSON object";
  return read_members(line, json_node_get_object(json_parser_get_root(parser)));
}

/* --- writing --- */

static void
add_text(GString *json, const char *name, const char *text)
{
  if (!text)
    return;
  g_string_append_printf(json, ",\"%s\":", name);
  json_add_string(json, text);
}

static void
add_time(GString *json, const char *name, gint64 when)
{
  g_autofree char *text = when > 0 ? exception_time(when) : NULL;
  add_text(json, name, text);
}

static void
add_exception(GString *json, const Exception *exception)
{
#define X(member, name, needed) add_text(json, name, exception->member);
  EXCEPTION_TEXTS(X)
#undef X
#define X(member, name) add_time(json, name, exception->member);
  EXCEPTION_TIMES(X)
#undef X
  if (exception->break_glass)
    g_string_append(json, ",\"break-glass\":true");
  if (exception->two_person)
    g_string_append(json, ",\"two-person\":true");
}

char *
line_write(const Line *line, const char *before)
{
  GString *json = g_string_new(NULL);
  char hash[EXCEPTION_HASH + 1];
  g_string_append_printf(json, "{\"v\":1,\"seq\":%" G_GINT64_FORMAT, line->seq);
  add_time(json, "time", line->time);
  add_text(json, "op", op_names[line->op]);
  add_exception(json, &line->exception);
  add_text(json, "by", line->by);
  add_text(json, "why", line->why);
  chain(before, json->str, json->len, hash);
  g_string_append_printf(json, "%s%s%s\n", hash_member, hash, hash_end);
  return g_string_free(json, FALSE);
}

void
line_clear(Line *line)
{
  exception_clear(&line->exception);
  g_free(line->by);
  g_free(line->why);
  *line = (Line){0};
}

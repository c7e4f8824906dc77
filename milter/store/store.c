/* The store: a file an original, a row of the index for it, a line of the event log for every
 * message. The file comes first and the row second: a row never names a file that is not there. */
#include "store.h"

#include "error.h"
#include "eventlog.h"
#include "finish.h"
#include "json.h"
#include "originals.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_MS 5000

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS letters("
    " ref TEXT PRIMARY KEY, queue_id TEXT NOT NULL, time TEXT NOT NULL, sender TEXT NOT NULL,"
    " rcpts TEXT NOT NULL, outcome TEXT NOT NULL, classes TEXT NOT NULL, size INTEGER NOT NULL,"
    " sha256 TEXT NOT NULL, path TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS letters_time ON letters(time);"
    "CREATE INDEX IF NOT EXISTS letters_queue_id ON letters(queue_id);"
    "CREATE INDEX IF NOT EXISTS letters_outcome ON letters(outcome, time);"
    "PRAGMA user_version = 1;";

/* The same letter tried again has the same code: its row follows the last try. */
static const char insert_sql[] =
    "INSERT INTO letters(ref, queue_id, time, sender, rcpts, outcome, classes, size, sha256, path)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT(ref) DO UPDATE SET"
    " queue_id = ?2, time = ?3, outcome = ?6, classes = ?7";

struct store {
  GMutex lock; /* of the connection and its statement */
  char *state;
  sqlite3 *db;
  sqlite3_stmt *insert;
  EventLog *events;
};

static int
sql_error(const Store *store, GError **error)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "index: %s",
              store->db != NULL ? sqlite3_errmsg(store->db) : "no memory");
  return -1;
}

static int
open_index(Store *store, GError **error)
{
  g_autofree char *path = g_build_filename(store->state, "index.sqlite3", NULL);
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  /* FULL: a row is on disk when its statement returns. */
  const char *setup = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                      "PRAGMA journal_size_limit = 4194304;";

  if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK ||
      sqlite3_busy_timeout(store->db, BUSY_MS) != SQLITE_OK ||
      sqlite3_exec(store->db, setup, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_exec(store->db, schema, NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v3(store->db, insert_sql, -1, SQLITE_PREPARE_PERSISTENT, &store->insert,
                         NULL) != SQLITE_OK)
    return sql_error(store, error);
  return 0;
}

static int
make_folder(const char *state, GError **error)
{
  if (g_mkdir_with_parents(state, 0700) == 0)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%s: %s", state, g_strerror(errno));
  return -1;
}

Store *
store_open(const char *state, const char *events, GError **error)
{
  g_autoptr(Store) store = g_new0(Store, 1);
  g_autofree char *own = g_build_filename(state, "events.jsonl", NULL);

  g_mutex_init(&store->lock);
  store->state = g_strdup(state);
  if (make_folder(state, error) != 0 || open_index(store, error) != 0)
    return NULL;
  store->events = event_log_open(events != NULL && *events != '\0' ? events : own, error);
  return store->events != NULL ? g_steal_pointer(&store) : NULL;
}

void
store_close(Store *store)
{
  if (store == NULL)
    return;
  sqlite3_finalize(store->insert);
  sqlite3_close(store->db);
  event_log_close(store->events);
  g_mutex_clear(&store->lock);
  g_free(store->state);
  g_free(store);
}

/* UTC, milliseconds. New string. */
static char *
now(void)
{
  g_autoptr(GDateTime) time = g_date_time_new_now_utc();
  g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf("%s.%03dZ", seconds, g_date_time_get_microsecond(time) / 1000);
}

/* Mail may hold any bytes; SQLite's text and JSON are UTF-8. */
static void
bind(Store *store, int n, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);

  sqlite3_bind_text(store->insert, n, valid, -1, SQLITE_TRANSIENT);
}

static void
add_rcpts(GString *out, char **rcpts)
{
  g_string_append_c(out, '[');
  for (char **rcpt = rcpts; *rcpt != NULL; rcpt++) {
    if (rcpt != rcpts)
      g_string_append_c(out, ',');
    json_add_string(out, *rcpt);
  }
  g_string_append_c(out, ']');
}

static void
bind_row(Store *store, const Letter *letter, const Reply *reply, const char *ref)
{
  g_autofree char *time = now(), *path = original_path(ref);
  g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, letter->raw);
  g_autoptr(GString) rcpts = g_string_new(NULL);

  add_rcpts(rcpts, letter->rcpts);
  bind(store, 1, ref);
  bind(store, 2, letter->queue_id);
  bind(store, 3, time);
  bind(store, 4, letter->sender);
  bind(store, 5, rcpts->str);
  bind(store, 6, reply_outcome(reply));
  bind(store, 7, reply->classes);
  sqlite3_bind_int64(store->insert, 8, (sqlite3_int64)g_bytes_get_size(letter->raw));
  bind(store, 9, sha256);
  bind(store, 10, path);
}

static int
write_row(Store *store, const Letter *letter, const Reply *reply, const char *ref, GError **error)
{
  int result = 0;

  g_mutex_lock(&store->lock);
  bind_row(store, letter, reply, ref);
  if (sqlite3_step(store->insert) != SQLITE_DONE)
    result = sql_error(store, error);
  sqlite3_reset(store->insert);
  sqlite3_clear_bindings(store->insert);
  g_mutex_unlock(&store->lock);
  return result;
}

int
store_keep(Store *store, const Letter *letter, const Reply *reply, GError **error)
{
  g_autofree char *ref = ref_canonical(letter->ref);

  if (ref == NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "no reference code: \"%s\"",
                letter->ref);
    return -1;
  }
  if (original_write(store->state, ref, letter->raw, error) != 0)
    return -1;
  return write_row(store, letter, reply, ref, error);
}

static void
add_member(GString *out, const char *name, const char *value)
{
  g_string_append_printf(out, ",\"%s\":", name);
  json_add_string(out, value);
}

/* The members of a worker's object, after ours. */
static int
add_worker_members(GString *out, const char *event, GError **error)
{
  static const char *const ours[] = {"v",      "time",  "queue_id", "outcome", "ref",
                                     "sender", "rcpts", "client",   "size",    NULL};

  if (!json_check(event, ours)) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA,
                        "the worker's event is not a JSON object, or sets what is not its own");
    return -1;
  }
  if (strspn(event + 1, " ") + 2 < strlen(event)) {
    g_string_append_c(out, ',');
    g_string_append_len(out, event + 1, (gssize)strlen(event) - 2);
  }
  return 0;
}

static int
build_event(GString *out, const Letter *letter, const Reply *reply, const char *outcome,
            GError **error)
{
  g_autofree char *time = now();

  g_string_append_printf(out, "{\"v\":1,\"time\":\"%s\"", time);
  add_member(out, "queue_id", letter->queue_id);
  add_member(out, "outcome", outcome);
  add_member(out, "ref", letter->ref);
  add_member(out, "sender", letter->sender);
  g_string_append(out, ",\"rcpts\":");
  add_rcpts(out, letter->rcpts);
  add_member(out, "client", letter->client_addr);
  if (*letter->direction != '\0')
    add_member(out, "direction", letter->direction);
  g_string_append_printf(out, ",\"size\":%zu",
                         letter->raw != NULL ? g_bytes_get_size(letter->raw) : 0);
  if (add_worker_members(out, reply->event, error) != 0)
    return -1;
  g_string_append(out, "}\n");
  return 0;
}

int
store_event(Store *store, const Letter *letter, const Reply *reply, const char *outcome,
            GError **error)
{
  g_autoptr(GString) line = g_string_sized_new(1024);
  gboolean sync = strcmp(outcome, "unchanged") != 0 && strcmp(outcome, "error") != 0;

  if (build_event(line, letter, reply, outcome, error) != 0)
    return -1;
  return event_log_append(store->events, line->str, line->len, sync, error);
}

GBytes *
store_original(Store *store, const char *ref, GError **error)
{
  g_autofree char *canonical = ref_canonical(ref);

  if (canonical == NULL) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "\"%s\" is no reference code", ref);
    return NULL;
  }
  return original_read(store->state, canonical, error);
}

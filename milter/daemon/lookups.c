/* lookups.c - who is in which group, by tables of the mail server's.
 *
 * Each thread of libmilter looks up for its own letter and waits; tables are shared between them,
 * with a few idle connections and the answers of the last minute. A table that gave no answer is
 * not asked again for the same letter: a thousand recipients do not wait a thousand times. */
#include "lookups.h"

#include "error.h"
#include "log.h"
#include "lookup.h"
#include "membership.h"
#include "socketmap.h"

#include <string.h>
#include <unistd.h>

/* Answers kept of a table (some 200 bytes each), and its idle connections. */
#define ANSWERS_MAX 50000
#define IDLE_MAX    4

/* Seconds for all look-ups of one letter, however quick each of them is. */
#define LETTER_S 120

typedef struct answer {
  gboolean is_in;
  gint64 until; /* monotonic */
} Answer;

typedef struct table {
  Lookup *lookup;
  GMutex lock;
  GHashTable *answers; /* address ─▶ Answer * */
  GQueue idle;         /* sockets */
} Table;

struct lookups {
  GMutex lock;
  GPtrArray *tables; /* Table *; replaced as a whole */
};

/* One letter's way through the tables. */
typedef struct round {
  Letter *letter;
  gint64 until, ticked;
  void (*progress)(void *data);
  void *data;
} Round;

static void
close_socket(void *sock)
{
  close(GPOINTER_TO_INT(sock));
}

static Table *
table_new(Lookup *lookup)
{
  Table *table = g_new0(Table, 1);

  table->lookup = lookup;
  g_mutex_init(&table->lock);
  g_queue_init(&table->idle);
  table->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return table;
}

static void
table_free(void *data)
{
  Table *table = data;

  g_queue_clear_full(&table->idle, close_socket);
  g_hash_table_unref(table->answers);
  g_mutex_clear(&table->lock);
  lookup_free(table->lookup);
  g_free(table);
}

static GPtrArray *
tables_new(void)
{
  return g_ptr_array_new_with_free_func(table_free);
}

Lookups *
lookups_new(void)
{
  Lookups *lookups = g_new0(Lookups, 1);

  g_mutex_init(&lookups->lock);
  lookups->tables = tables_new();
  return lookups;
}

void
lookups_free(Lookups *lookups)
{
  if (lookups == NULL)
    return;
  g_ptr_array_unref(lookups->tables);
  g_mutex_clear(&lookups->lock);
  g_free(lookups);
}

void
lookups_set(Lookups *lookups, const char *lines)
{
  g_auto(GStrv) list = g_strsplit(lines, "\n", -1);
  GPtrArray *tables = tables_new(), *before;

  for (char **line = list; *line != NULL; line++) {
    Lookup *lookup = lookup_from_line(*line);

    if (lookup != NULL)
      g_ptr_array_add(tables, table_new(lookup));
  }
  g_mutex_lock(&lookups->lock);
  before = lookups->tables;
  lookups->tables = tables;
  g_mutex_unlock(&lookups->lock);
  g_ptr_array_unref(before);
}

/* --- connections --- */

static int
take_idle(Table *table)
{
  int sock = -1;

  g_mutex_lock(&table->lock);
  if (!g_queue_is_empty(&table->idle))
    sock = GPOINTER_TO_INT(g_queue_pop_head(&table->idle));
  g_mutex_unlock(&table->lock);
  return sock;
}

static void
give_back(Table *table, int sock)
{
  gboolean room;

  g_mutex_lock(&table->lock);
  room = table->idle.length < IDLE_MAX;
  if (room)
    g_queue_push_head(&table->idle, GINT_TO_POINTER(sock));
  g_mutex_unlock(&table->lock);
  if (!room)
    close(sock);
}

static int
ask_on(Table *table, int sock, const char *key, GError **error)
{
  const Lookup *lookup = table->lookup;
  int found = socketmap_ask(sock, lookup->table, key, lookup->deadline_s, error);

  if (found >= 0)
    give_back(table, sock);
  else
    close(sock);
  return found;
}

/* A server may have closed a connection that was idle: another one is made. */
static int
ask(Table *table, const char *key, GError **error)
{
  const Lookup *lookup = table->lookup;
  int sock = take_idle(table);
  int found = sock >= 0 ? ask_on(table, sock, key, NULL) : -1;

  if (found >= 0)
    return found;
  sock = socketmap_connect(lookup->table, lookup->deadline_s, error);
  return sock >= 0 ? ask_on(table, sock, key, error) : -1;
}

/* --- answers --- */

/* 1, 0, or -1: there is none. */
static int
recall(Table *table, const char *address)
{
  const Answer *answer;
  int found = -1;

  g_mutex_lock(&table->lock);
  answer = g_hash_table_lookup(table->answers, address);
  if (answer != NULL && answer->until > g_get_monotonic_time())
    found = answer->is_in;
  g_mutex_unlock(&table->lock);
  return found;
}

static void
keep(Table *table, const char *address, gboolean is_in)
{
  Answer *answer;

  if (table->lookup->keep_s == 0)
    return;
  answer = g_new0(Answer, 1);
  answer->is_in = is_in;
  answer->until = g_get_monotonic_time() + table->lookup->keep_s * G_TIME_SPAN_SECOND;
  g_mutex_lock(&table->lock);
  if (g_hash_table_size(table->answers) >= ANSWERS_MAX)
    g_hash_table_remove_all(table->answers);
  g_hash_table_replace(table->answers, g_strdup(address), answer);
  g_mutex_unlock(&table->lock);
}

/* "user@domain" of "user+ext@domain"; NULL if there is no such thing to leave out. */
static char *
without_extension(const char *address, const char *delimiter)
{
  const char *at = strrchr(address, '@');
  const char *from = *delimiter != '\0' ? strpbrk(address, delimiter) : NULL;

  if (at == NULL || from == NULL || from >= at || from == address)
    return NULL;
  return g_strdup_printf("%.*s%s", (int)(from - address), address, at);
}

static int
ask_for(Table *table, const char *address, GError **error)
{
  g_autofree char *shorter = without_extension(address, table->lookup->delimiter);
  const char *const keys[] = {address, shorter, strrchr(address, '@')};
  int found = 0;

  for (guint i = 0; i < G_N_ELEMENTS(keys) && found == 0; i++)
    if (keys[i] != NULL)
      found = ask(table, keys[i], error);
  return found;
}

static int
look_up(Table *table, const char *address, GError **error)
{
  int found = recall(table, address);

  if (found >= 0)
    return found;
  found = ask_for(table, address, error);
  if (found >= 0)
    keep(table, address, found);
  return found;
}

/* --- letters --- */

static void
tick(Round *round)
{
  gint64 now = g_get_monotonic_time();

  if (round->progress == NULL || now - round->ticked < G_TIME_SPAN_SECOND)
    return;
  round->ticked = now;
  round->progress(round->data);
}

static int
put(Round *round, Table *table, const char *person, GError **error)
{
  g_autofree char *address = g_ascii_strdown(person, -1);
  int found = -1;

  if (*address == '\0')
    return 0;
  tick(round);
  if (g_get_monotonic_time() < round->until)
    found = look_up(table, address, error);
  else
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "socketmap:%s: more than %d s for a letter",
                table->lookup->table, LETTER_S);
  if (found >= 0)
    memberships_set(round->letter->memberships, table->lookup->group, address, found);
  return found < 0 ? -1 : 0;
}

/* The first that fails ends it. */
static int
put_all(Round *round, Table *table, GError **error)
{
  if (put(round, table, round->letter->sender, error) != 0)
    return -1;
  for (char **rcpt = round->letter->rcpts; *rcpt != NULL; rcpt++)
    if (put(round, table, *rcpt, error) != 0)
      return -1;
  return 0;
}

static int
fill_from(Round *round, Table *table, GError **error)
{
  g_autoptr(GError) wrong = NULL;

  if (put_all(round, table, &wrong) == 0)
    return 0;
  log_line(LOG_LEVEL_ERROR, round->letter->queue_id, "group %s is not known%s: %s",
           table->lookup->group, table->lookup->tempfail ? "" : ", and rules cannot tell",
           wrong->message);
  if (!table->lookup->tempfail)
    return 0;
  g_propagate_prefixed_error(error, g_steal_pointer(&wrong), "group %s: ", table->lookup->group);
  return -1;
}

int
lookups_fill(Lookups *lookups, Letter *letter, void (*progress)(void *data), void *data,
             GError **error)
{
  g_autoptr(GPtrArray) tables = NULL;
  gint64 now = g_get_monotonic_time();
  Round round = {letter, now + LETTER_S * G_TIME_SPAN_SECOND, now, progress, data};

  g_mutex_lock(&lookups->lock);
  tables = g_ptr_array_ref(lookups->tables);
  g_mutex_unlock(&lookups->lock);
  if (tables->len > 0 && letter->memberships == NULL)
    letter->memberships = memberships_new();
  for (guint i = 0; i < tables->len; i++)
    if (fill_from(&round, g_ptr_array_index(tables, i), error) != 0)
      return -1;
  return 0;
}

/* engine.c - what is looked at again when a message has been changed is mostly what was looked at
 * before: an answer is good for the rest of the message. One failure is, too, so that a message of
 * many attachments does not wait for each in turn. */
#include "engine.h"

#include "alert.h"
#include "error.h"

struct engine {
  FileEngine scan; /* NULL: none */
  void *data;
  GHashTable *answers; /* SHA-256 ─▶ name, "" for clean */
  char *failure;
};

Engine *
engine_new(void)
{
  Engine *engine = g_new0(Engine, 1);

  engine->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  return engine;
}

void
engine_free(Engine *engine)
{
  if (!engine)
    return;
  g_hash_table_unref(engine->answers);
  g_free(engine->failure);
  g_free(engine);
}

void
engine_set(Engine *engine, FileEngine scan, void *data)
{
  engine->scan = scan;
  engine->data = data;
}

void
engine_forget(Engine *engine)
{
  g_hash_table_remove_all(engine->answers);
  g_clear_pointer(&engine->failure, g_free);
}

const char *
engine_failure(const Engine *engine)
{
  return engine->failure;
}

/* Owned by the engine; NULL with *error. */
static const char *
answer(Engine *engine, GBytes *content, const char *sha256, GError **error)
{
  const char *known = *sha256 ? g_hash_table_lookup(engine->answers, sha256) : NULL;
  char *name = NULL;
  int found;

  if (known)
    return known;
  if (engine->failure) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, engine->failure);
    return NULL;
  }
  found = engine->scan(content, &name, engine->data, error);
  if (found < 0)
    return NULL;
  if (!name || (found > 0 && !*name)) {
    g_free(name);
    name = g_strdup(found > 0 ? "unnamed" : "");
  }
  g_hash_table_insert(engine->answers, g_strdup(sha256), name);
  return name;
}

static BitSet
error_traits(Engine *engine, const GError *error)
{
  if (g_error_matches(error, CORDON_ERROR, CORDON_ERROR_DATA))
    return TRAIT(LIMIT);
  if (!engine->failure)
    engine->failure = g_strdup(error->message);
  return TRAIT(CORRUPT);
}

BitSet
engine_ask(Engine *engine, GBytes *content, const char *sha256, char **name)
{
  g_autoptr(GError) error = NULL;
  const char *said;
  BitSet traits;

  if (!engine->scan || g_bytes_get_size(content) == 0)
    return 0;
  said = answer(engine, content, sha256, &error);
  if (!said)
    return error_traits(engine, error);
  traits = alert_traits(said);
  if (*said && !traits)
    *name = g_strdup(said);
  return traits;
}

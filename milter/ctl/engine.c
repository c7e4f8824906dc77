/* The same zygote, workers and last step as in the gateway, with files for an MTA. */
#include "ctl.h"

#include <string.h>

#include "error.h"
#include "finish.h"
#include "json.h"
#include "rewrite.h"

/* Reading signatures and rules takes seconds, and many minutes where valgrind counts. */
#define START_SECONDS 900

static void
set_config_error(const GPtrArray *errors, GError **error)
{
  ctl_print_errors(errors);
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "the configuration has errors");
}

int
ctl_engine_start(CtlEngine *engine, const CtlOptions *options, GError **error)
{
  g_autoptr(GPtrArray) errors = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *program = NULL;
  PoolOptions pool = {0};

  memset(engine, 0, sizeof *engine);
  engine->zygote.control = -1;
  engine->settings = settings_load(options->rules, errors);
  if (engine->settings == NULL) {
    set_config_error(errors, error);
    return -1;
  }
  engine->seal = seal_open(engine->settings->state, FALSE, error);
  if (engine->seal == NULL)
    return -1;
  program = zygote_program(engine->settings);
  if (zygote_start(&engine->zygote, program, options->rules, START_SECONDS, error) != 0)
    return -1;
  pool.workers = options->jobs > 0 ? (unsigned)options->jobs : g_get_num_processors();
  pool.letters = engine->settings->letters;
  pool.deadline_s = engine->settings->deadline;
  pool.queue_deadline_s = 3600; /* a command waits for its own workers */
  engine->pool = pool_new(engine->zygote.control, &pool);
  engine->zygote.control = -1;
  return 0;
}

void
ctl_engine_stop(CtlEngine *engine)
{
  if (engine->pool != NULL)
    pool_free(engine->pool);
  if (engine->zygote.pid > 0)
    zygote_stop(&engine->zygote);
  seal_free(engine->seal);
  settings_free(engine->settings);
}

/* The command asks no table: who is named is in the group, and of a group with a name given all
 * others are not. */
static void
set_membership(Memberships *memberships, char **members, const char *group, const char *address)
{
  const char *at = strrchr(address, '@');
  gboolean is_in = FALSE;

  for (; *members != NULL && !is_in; members++) {
    const char *member = strchr(*members, '=') + 1;

    is_in = g_str_has_prefix(*members, group) && (*members)[strlen(group)] == '=' &&
            (g_ascii_strcasecmp(member, address) == 0 ||
             (at != NULL && g_ascii_strcasecmp(member, at) == 0));
  }
  memberships_set(memberships, group, address, is_in);
}

Memberships *
ctl_memberships(char **members, const char *sender, char **rcpts)
{
  Memberships *memberships = memberships_new();

  for (char **one = members; one != NULL && *one != NULL; one++) {
    g_autofree char *group = g_strndup(*one, (gsize)(strchr(*one, '=') - *one));

    set_membership(memberships, members, group, sender);
    for (char **rcpt = rcpts; *rcpt != NULL; rcpt++)
      set_membership(memberships, members, group, *rcpt);
  }
  return memberships;
}

static Letter *
make_letter(const CtlEngine *engine, const CtlOptions *options, const CtlMessage *message)
{
  Letter *letter = letter_new();
  g_autofree char *ref = NULL;

  letter->raw = g_bytes_ref(message->raw);
  letter_set(&letter->sender, options->from);
  letter_set(&letter->client_addr, options->client);
  letter_set(&letter->direction, options->direction);
  letter_set(&letter->origin, message->name);
  letter->received = options->at != 0 ? options->at : g_get_real_time() / G_USEC_PER_SEC;
  letter->why = options->why;
  letter->views = options->views;
  if (options->rcpts != NULL) {
    g_strfreev(letter->rcpts);
    letter->rcpts = g_strdupv(options->rcpts);
  }
  letter->memberships = ctl_memberships(options->members, letter->sender, letter->rcpts);
  ref = seal_ref(engine->seal, letter);
  letter_set(&letter->ref, ref);
  letter->sealed = letter_is_sealed(letter, engine->seal);
  return letter;
}

/* As the store does: a worker's event is believed only if it is one object without our members. */
static gboolean
event_is_good(const Reply *reply)
{
  static const char *const ours[] = {"v", "file", "queue_id", "outcome", "ref", "reason", NULL};

  return json_check(reply->event, ours);
}

/* The members of the worker's event join ours. */
static char *
report_line(const CtlMessage *message, const CtlResult *result, const char *event)
{
  GString *line = g_string_new("{\"v\":1,\"file\":");

  json_add_string(line, message->name);
  g_string_append_printf(line, ",\"queue_id\":\"\",\"outcome\":\"%s\",\"ref\":\"%s\",\"reason\":",
                         result->outcome, result->ref);
  json_add_string(line, result->reason);
  if (event != NULL && strcmp(event, "{}") != 0) {
    g_string_append_c(line, ',');
    g_string_append(line, event + 1);
  } else {
    g_string_append_c(line, '}');
  }
  return g_string_free(line, FALSE);
}

static GBytes *
join(GBytes *prefix, GBytes *bytes)
{
  GByteArray *out;
  gconstpointer data;
  size_t len;

  if (prefix == NULL)
    return g_bytes_ref(bytes);
  out = g_byte_array_new();
  data = g_bytes_get_data(prefix, &len);
  g_byte_array_append(out, data, (guint)len);
  data = g_bytes_get_data(bytes, &len);
  g_byte_array_append(out, data, (guint)len);
  return g_byte_array_free_to_bytes(out);
}

static void
finish(CtlEngine *engine, const Letter *letter, const CtlMessage *message, Reply *reply,
       CtlResult *result)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) out = NULL;

  result->outcome = reply_outcome(reply);
  result->reason = g_strdup(reply->reason);
  if (reply->verdict != VERDICT_DELIVER)
    return;
  finish_reply(letter, engine->seal, reply);
  out = reply_apply(letter, reply, &error);
  if (out != NULL) {
    result->out = join(message->prefix, out);
    return;
  }
  result->outcome = "error";
  g_free(result->reason);
  result->reason = g_strdup(error->message);
}

void
ctl_engine_run(CtlEngine *engine, const CtlOptions *options, const CtlMessage *message,
               CtlResult *result)
{
  g_autoptr(Letter) letter = make_letter(engine, options, message);
  g_autoptr(GError) error = NULL;
  g_autoptr(Reply) reply = pool_run(engine->pool, letter, NULL, NULL, &error);

  memset(result, 0, sizeof *result);
  result->ref = g_strdup(letter->ref);
  if (reply != NULL && event_is_good(reply)) {
    finish(engine, letter, message, reply, result);
    result->report = report_line(message, result, reply->event);
  } else {
    result->outcome = "error";
    result->reason = g_strdup(error != NULL ? error->message : "the worker's event is broken");
    result->report = report_line(message, result, NULL);
  }
  result->views = g_strdup(reply != NULL ? reply->views : "");
}

void
ctl_result_clear(CtlResult *result)
{
  g_free(result->reason);
  g_free(result->ref);
  g_clear_pointer(&result->out, g_bytes_unref);
  g_free(result->report);
  g_free(result->views);
}

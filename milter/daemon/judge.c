#include "judge.h"

#include "error.h"
#include "finish.h"
#include "json.h"
#include "log.h"

#include <string.h>

int
judge_note_failure(Front *front, const Letter *letter, const char *outcome, const char *why)
{
  g_autoptr(Reply) reply = reply_new();
  g_autoptr(GString) event = g_string_new("{\"error\":");
  g_autoptr(GError) error = NULL;

  json_add_string(event, why);
  g_string_append_c(event, '}');
  g_free(reply->event);
  reply->event = g_strdup(event->str);
  stats_note(front->stats, outcome, -1, NULL);
  log_line(LOG_LEVEL_ERROR, letter->queue_id, "%s: %s", outcome, why);
  if (store_event(front->store, letter, reply, outcome, &error) == 0)
    return 0;
  log_line(LOG_LEVEL_ERROR, letter->queue_id, "event not written: %s", error->message);
  return -1;
}

/* What no worker could look at to its end is held as it came. */
static Reply *
hold_poison(Front *front, const Letter *letter, const char *why)
{
  Reply *reply = reply_new();
  g_autoptr(GString) event = g_string_new("{\"poison\":true,\"error\":");

  json_add_string(event, why);
  g_string_append_c(event, '}');
  reply->verdict = VERDICT_HOLD;
  g_free(reply->reason);
  g_free(reply->classes);
  g_free(reply->event);
  reply->reason = g_strdup_printf("inspection failed again: %s", why);
  reply->classes = g_strdup("poison");
  reply->event = g_strdup(event->str);
  finish_reply(letter, front->seal, reply);
  stats_note_poison(front->stats);
  return reply;
}

/* The first loss is answered with a temporary failure, as it may have been chance; the second by
 * the same bytes holds them. */
static Reply *
note_loss(Front *front, const Letter *letter, GError **error)
{
  g_autoptr(GError) unwritten = NULL;
  unsigned deaths = 0;
  Reply *reply = NULL;

  if (error == NULL || !g_error_matches(*error, CORDON_ERROR, CORDON_ERROR_LOST))
    return NULL;
  if (poison_note(front->poison, letter->raw, &deaths, &unwritten) != 0)
    log_line(LOG_LEVEL_ERROR, letter->queue_id, "%s", unwritten->message);
  if (deaths < POISON_HELD_AT)
    return NULL;
  reply = hold_poison(front, letter, (*error)->message);
  g_clear_error(error);
  return reply;
}

static Reply *
ask_worker(Front *front, Letter *letter, PoolProgress progress, void *data, GError **error)
{
  g_autofree char *objection = NULL;
  g_autoptr(Reply) reply = NULL;

  objection = state_objection(front->state);
  if (objection != NULL) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, objection);
    return NULL;
  }
  if (poison_deaths(front->poison, letter->raw) >= POISON_HELD_AT)
    return hold_poison(front, letter, "it cost two workers their lives before");
  if (lookups_fill(front->lookups, letter, progress, data, error) != 0)
    return NULL;
  reply = pool_run(front->pool, letter, progress, data, error);

  if (reply == NULL)
    return note_loss(front, letter, error);
  if (reply_check_fields(reply, letter, error) != 0)
    return NULL;
  if (reply->verdict == VERDICT_TEMPFAIL) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, reply->reason);
    return NULL;
  }
  finish_reply(letter, front->seal, reply);
  return g_steal_pointer(&reply);
}

static int
keep(Front *front, const Letter *letter, const Reply *reply, GError **error)
{
  const char *outcome = reply_outcome(reply);

  if (strcmp(outcome, "unchanged") != 0 && store_keep(front->store, letter, reply, error) != 0)
    return -1;
  return store_event(front->store, letter, reply, outcome, error);
}

static void
log_outcome(const Letter *letter, const Reply *reply, gint64 since)
{
  log_line(LOG_LEVEL_INFO, letter->queue_id,
           "%s ref=%s from=<%s> rcpts=%u size=%zu ms=%d classes=\"%s\" reason=\"%s\"",
           reply_outcome(reply), letter->ref, letter->sender, g_strv_length(letter->rcpts),
           g_bytes_get_size(letter->raw), (int)((g_get_monotonic_time() - since) / 1000),
           reply->classes, reply->reason);
}

Reply *
judge_letter(Front *front, Letter *letter, PoolProgress progress, void *data, GError **error)
{
  gint64 since = g_get_monotonic_time();
  g_autofree char *ref = seal_ref(front->seal, letter);
  g_autoptr(Reply) reply = NULL;
  g_autoptr(GError) wrong = NULL;

  letter_set(&letter->ref, ref);
  letter->sealed = letter_is_sealed(letter, front->seal);
  reply = ask_worker(front, letter, progress, data, &wrong);
  if (reply != NULL && keep(front, letter, reply, &wrong) == 0) {
    log_outcome(letter, reply, since);
    stats_note(front->stats, reply_outcome(reply), g_get_monotonic_time() - since, reply->event);
    return g_steal_pointer(&reply);
  }
  judge_note_failure(front, letter, "error", wrong->message);
  g_propagate_error(error, g_steal_pointer(&wrong));
  return NULL;
}

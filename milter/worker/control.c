/* Requests and answers alternate under one lock, so an answer belongs to the last request; what
 * the zygote says in between are the ends of workers, kept until somebody asks. */
#include "control.h"

#include "error.h"
#include "wire.h"

#include <errno.h>

#define SPAWN_PATIENCE_MS 5000
#define ENDED_PATIENCE_MS 200

struct control {
  gatomicrefcount refs;
  GMutex lock;
  int sock;
  guint32 last_id;
  gboolean broken;
  GHashTable *ended; /* pid ─▶ End, of those that did not end with 0 */
};

typedef struct end {
  Stage overran;
  char *how;
} End;

static void
end_free(gpointer data)
{
  End *end = data;

  g_free(end->how);
  g_free(end);
}

static End *
end_new(guint32 stage, const char *how)
{
  End *end = g_new(End, 1);

  *end = (End){stage < STAGES ? stage : STAGE_NONE, g_strdup(how)};
  return end;
}

Control *
control_new(int sock)
{
  Control *control = g_new0(Control, 1);

  g_atomic_ref_count_init(&control->refs);
  g_mutex_init(&control->lock);
  control->sock = sock;
  control->ended = g_hash_table_new_full(NULL, NULL, NULL, end_free);
  return control;
}

Control *
control_ref(Control *control)
{
  g_atomic_ref_count_inc(&control->refs);
  return control;
}

void
control_unref(Control *control)
{
  if (control == NULL || !g_atomic_ref_count_dec(&control->refs))
    return;
  wire_close(&control->sock);
  g_hash_table_unref(control->ended);
  g_mutex_clear(&control->lock);
  g_free(control);
}

/* One packet within the time left. Ends of workers are noted. FALSE when there is none. */
static gboolean
hear(Control *control, gint64 until, Packet *packet)
{
  gint64 left = (until - g_get_monotonic_time()) / 1000;
  g_autofree char *text = NULL;
  int n = wire_wait(control->sock, (int)MAX(left, 0), NULL);

  if (n > 0)
    n = wire_receive(control->sock, packet, &text, NULL) > 0 ? 1 : -1;
  if (n < 0)
    control->broken = TRUE;
  if (n > 0 && packet->kind == WIRE_EXIT && packet->status != 0)
    g_hash_table_insert(control->ended, GINT_TO_POINTER(packet->pid), end_new(packet->id, text));
  return n > 0;
}

/* A late answer to an earlier request is dropped: its worker sees its socket close and ends. */
static int
await_worker(Control *control, pid_t *pid, GError **error)
{
  gint64 until = g_get_monotonic_time() + SPAWN_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  Packet packet = {.fd = -1};

  while (!control->broken && g_get_monotonic_time() < until && hear(control, until, &packet)) {
    gboolean answers = packet.id == control->last_id;

    if (answers && packet.kind == WIRE_SPAWNED && packet.fd >= 0) {
      *pid = packet.pid;
      return packet.fd;
    }
    wire_close(&packet.fd);
    if (answers && packet.kind == WIRE_REFUSED) {
      g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "no worker: %s",
                  g_strerror(packet.status));
      return -1;
    }
  }
  control->broken = TRUE;
  g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, "the zygote does not answer");
  return -1;
}

int
control_spawn(Control *control, pid_t *pid, GError **error)
{
  int sock = -1;

  g_mutex_lock(&control->lock);
  control->last_id++;
  if (wire_send(control->sock, &(Packet){WIRE_SPAWN, control->last_id, 0, 0, -1}, NULL, error) == 0)
    sock = await_worker(control, pid, error);
  else
    control->broken = TRUE;
  g_mutex_unlock(&control->lock);
  return sock;
}

void
control_kill(Control *control, pid_t pid)
{
  g_mutex_lock(&control->lock);
  if (wire_send(control->sock, &(Packet){WIRE_KILL, 0, pid, 0, -1}, NULL, NULL) != 0)
    control->broken = TRUE;
  g_mutex_unlock(&control->lock);
}

char *
control_how_ended(Control *control, pid_t pid, Stage *overran)
{
  gint64 until = g_get_monotonic_time() + ENDED_PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  Packet packet = {.fd = -1};
  gpointer found = NULL;
  char *how = NULL;
  gboolean known;

  g_mutex_lock(&control->lock);
  for (;;) {
    known = g_hash_table_steal_extended(control->ended, GINT_TO_POINTER(pid), NULL, &found);
    if (known || control->broken || !hear(control, until, &packet))
      break;
    wire_close(&packet.fd);
  }
  g_mutex_unlock(&control->lock);
  *overran = STAGE_NONE;
  if (known) {
    *overran = ((End *)found)->overran;
    how = g_strdup(((End *)found)->how);
    end_free(found);
  }
  return known ? how : g_strdup("unknown");
}

gboolean
control_is_broken(Control *control)
{
  gboolean broken;

  g_mutex_lock(&control->lock);
  broken = control->broken;
  g_mutex_unlock(&control->lock);
  return broken;
}

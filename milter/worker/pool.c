/* The pool. Every letter has a thread of the front that waits for it. Threads stand in one line;
 * only the one whose turn it is may take an idle worker or a place for a new one. The turn is that
 * of the client or sender with the fewest letters in hand, and of the first among these. A place is
 * reserved (alive) before the worker is asked for, outside the lock, and given back when the
 * worker is retired; a worker that did anything but answer is never used again. */
#include "control.h"
#include "error.h"
#include "fair.h"
#include "wire.h"
#include "worker.h"

#include <unistd.h>

#define TICK G_TIME_SPAN_SECOND

/* Seconds for a question: a mail server waits for its answer without a sign of life. */
#define QUESTION_PATIENCE_S 10

typedef struct worker {
  Control *control; /* owned */
  int sock;
  pid_t pid;
  unsigned letters;
  gboolean last; /* it said that it would end after this letter */
} Worker;

typedef struct waiter {
  GCond turn;
  const FairTicket *ticket;
} Waiter;

struct pool {
  PoolOptions options;
  GMutex lock;
  Control *control; /* NULL while there is no zygote */
  GQueue idle;      /* Worker */
  GQueue line;      /* Waiter, on the stacks of their threads */
  gint64 pause;     /* no new worker is asked for before this time */
  guint32 last_id;
  Fair *fair;
  PoolCounts counts;
};

typedef struct ticks {
  PoolProgress progress;
  void *data;
} Ticks;

static void
tick(const Ticks *ticks)
{
  if (ticks->progress != NULL)
    ticks->progress(ticks->data);
}

static void
worker_free(gpointer data)
{
  Worker *worker = data;

  wire_close(&worker->sock);
  control_unref(worker->control);
  g_free(worker);
}

Pool *
pool_new(int control, const PoolOptions *options)
{
  Pool *pool = g_new0(Pool, 1);

  pool->options = *options;
  if (pool->options.workers == 0)
    pool->options.workers = g_get_num_processors();
  g_mutex_init(&pool->lock);
  g_queue_init(&pool->idle);
  g_queue_init(&pool->line);
  pool->fair = fair_new(pool->options.workers + options->queue, options->share);
  pool->control = control >= 0 ? control_new(control) : NULL;
  return pool;
}

void
pool_free(Pool *pool)
{
  if (pool == NULL)
    return;
  g_queue_clear_full(&pool->idle, worker_free);
  control_unref(pool->control);
  fair_free(pool->fair);
  g_mutex_clear(&pool->lock);
  g_free(pool);
}

/* With the lock held. */
static Waiter *
whose_turn(Pool *pool)
{
  Waiter *best = g_queue_peek_head(&pool->line);

  for (GList *at = pool->line.head; at != NULL && fair_busy(best->ticket) > 0; at = at->next) {
    Waiter *waiter = at->data;

    if (fair_busy(waiter->ticket) < fair_busy(best->ticket))
      best = waiter;
  }
  return best;
}

/* With the lock held. The one called takes its turn or leaves, and then calls the next. */
static void
call_next(Pool *pool)
{
  Waiter *next = whose_turn(pool);

  if (next != NULL)
    g_cond_signal(&next->turn);
}

void
pool_switch(Pool *pool, int control)
{
  GQueue old = G_QUEUE_INIT;
  Control *before;

  g_mutex_lock(&pool->lock);
  before = pool->control;
  pool->control = control_new(control);
  pool->counts.alive -= pool->idle.length;
  pool->pause = 0;
  old = pool->idle;
  g_queue_init(&pool->idle);
  call_next(pool);
  g_mutex_unlock(&pool->lock);
  g_queue_clear_full(&old, worker_free);
  control_unref(before);
}

static void
worker_retire(Pool *pool, Worker *worker)
{
  g_mutex_lock(&pool->lock);
  pool->counts.alive--;
  call_next(pool);
  g_mutex_unlock(&pool->lock);
  worker_free(worker);
}

/* With the lock held. An idle worker has nothing to say: one that is readable has died, or was
 * taken over by an earlier letter and tries to answer the next. */
static Worker *
take_idle(Pool *pool)
{
  Worker *worker;

  while ((worker = g_queue_pop_head(&pool->idle)) != NULL) {
    if (wire_wait(worker->sock, 0, NULL) == 0)
      return worker;
    control_kill(worker->control, worker->pid);
    worker_free(worker);
    pool->counts.alive--;
  }
  return NULL;
}

static Worker *
ask_for_worker(Control *control, GError **error)
{
  pid_t pid;
  int sock = control_spawn(control, &pid, error);
  Worker *worker;

  if (sock < 0)
    return NULL;
  worker = g_new0(Worker, 1);
  *worker = (Worker){.control = control_ref(control), .sock = sock, .pid = pid};
  return worker;
}

/* With the lock held: whether there is a place for one more worker. The place beyond the last is
 * for those who have no letter in hand while somebody floods us. */
static gboolean
has_place(const Pool *pool, const Waiter *self)
{
  unsigned alive = pool->counts.alive, most = pool->options.workers;

  return alive < most || (alive == most && pool->options.share > 0 &&
                          fair_busy(self->ticket) == 0 && fair_is_flooded(pool->fair, most));
}

/* With the lock held: whether a new worker may be asked for. */
static gboolean
may_grow(const Pool *pool, const Waiter *self)
{
  return pool->control != NULL && has_place(pool, self) && g_get_monotonic_time() >= pool->pause;
}

/* With the lock held: a zygote that gave no worker. One that is gone is forgotten, and the front's
 * owner told; any other is asked again a second later. */
static gboolean
note_failed_spawn(Pool *pool, Control *control)
{
  gboolean current = pool->control == control, gone = current && control_is_broken(control);

  pool->counts.alive--;
  if (gone) {
    control_unref(pool->control);
    pool->control = NULL;
  } else if (current) {
    pool->pause = g_get_monotonic_time() + TICK;
  }
  return gone;
}

/* With the lock held; leaves it while the zygote works. */
static Worker *
grow(Pool *pool)
{
  Control *control = control_ref(pool->control);
  gboolean stuck = FALSE;
  Worker *worker;

  pool->counts.alive++;
  g_mutex_unlock(&pool->lock);
  worker = ask_for_worker(control, NULL);
  g_mutex_lock(&pool->lock);
  if (worker == NULL)
    stuck = note_failed_spawn(pool, control);
  g_mutex_unlock(&pool->lock);
  control_unref(control);
  if (stuck && pool->options.stuck != NULL)
    pool->options.stuck(pool->options.stuck_data);
  g_mutex_lock(&pool->lock);
  return worker;
}

/* With the lock held and standing in the line. NULL if the deadline came first. */
static Worker *
wait_for_turn(Pool *pool, Waiter *self, gint64 until, const Ticks *ticks)
{
  for (;;) {
    gboolean turn = whose_turn(pool) == self;
    Worker *worker = turn ? take_idle(pool) : NULL;
    gint64 now;

    if (worker == NULL && turn && may_grow(pool, self))
      worker = grow(pool);
    now = g_get_monotonic_time();
    if (worker != NULL || now >= until)
      return worker;
    if (g_cond_wait_until(&self->turn, &pool->lock, MIN(until, now + TICK)))
      continue;
    g_mutex_unlock(&pool->lock);
    tick(ticks);
    g_mutex_lock(&pool->lock);
  }
}

/* With the lock held. */
static Worker *
stand_in_line(Pool *pool, FairTicket *ticket, unsigned patience_s, const Ticks *ticks)
{
  gint64 until = g_get_monotonic_time() + patience_s * G_TIME_SPAN_SECOND;
  Waiter self = {.ticket = ticket};
  Worker *worker;

  g_cond_init(&self.turn);
  g_queue_push_tail(&pool->line, &self);
  pool->counts.waiting++;
  worker = wait_for_turn(pool, &self, until, ticks);
  g_queue_remove(&pool->line, &self);
  pool->counts.waiting--;
  if (worker != NULL) {
    pool->counts.busy++;
    fair_begin(ticket);
  } else {
    pool->counts.late++;
  }
  call_next(pool);
  g_cond_clear(&self.turn);
  return worker;
}

static Worker *
pool_take(Pool *pool, FairTicket *ticket, unsigned patience_s, const Ticks *ticks, guint32 *id,
          GError **error)
{
  Worker *worker;

  g_mutex_lock(&pool->lock);
  worker = stand_in_line(pool, ticket, patience_s, ticks);
  *id = ++pool->last_id;
  g_mutex_unlock(&pool->lock);
  if (worker == NULL)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "no worker came free in %u s", patience_s);
  return worker;
}

/* 1 when the worker has something to say, 0 at the deadline, -1 if we cannot even wait. */
static int
await_answer(Pool *pool, const Worker *worker, const Ticks *ticks)
{
  gint64 until = g_get_monotonic_time() + pool->options.deadline_s * G_TIME_SPAN_SECOND;

  for (;;) {
    gint64 left = until - g_get_monotonic_time();
    int n;

    if (left <= 0)
      return 0;
    n = wire_wait(worker->sock, (int)(MIN(left, TICK) / 1000) + 1, NULL);
    if (n != 0)
      return n;
    tick(ticks);
  }
}

typedef enum ending { ANSWERED, CRASHED, OVERRAN, REFUSED } Ending;

/* What is our own trouble, such as a want of descriptors, is no letter's doing. */
static Ending
refuse(const Worker *worker, const GError *wrong, GError **error)
{
  gboolean ours = g_error_matches(wrong, CORDON_ERROR, CORDON_ERROR_TEMP);

  g_set_error(error, CORDON_ERROR, ours ? CORDON_ERROR_TEMP : CORDON_ERROR_LOST,
              "answer of worker %d refused: %s", (int)worker->pid,
              wrong != NULL ? wrong->message : "it breaks the protocol");
  return REFUSED;
}

static Ending
hear_answer(Worker *worker, guint32 id, Reply **reply, GError **error)
{
  Packet packet = {.fd = -1};
  g_autoptr(GError) wrong = NULL;
  int n = wire_receive(worker->sock, &packet, NULL, &wrong);

  if (n == 0)
    return CRASHED;
  if (n > 0 && packet.kind == WIRE_REPLY && packet.id == id && packet.fd >= 0)
    *reply = reply_from_memfd(packet.fd, &wrong);
  worker->last = packet.status != 0;
  wire_close(&packet.fd);
  return *reply != NULL ? ANSWERED : refuse(worker, wrong, error);
}

static Ending
converse(Pool *pool, Worker *worker, guint32 id, int letter, const Ticks *ticks, Reply **reply,
         GError **error)
{
  if (wire_send(worker->sock, &(Packet){WIRE_LETTER, id, 0, 0, letter}, NULL, error) != 0)
    return REFUSED; /* it never had the letter */
  if (await_answer(pool, worker, ticks) <= 0)
    return OVERRAN;
  return hear_answer(worker, id, reply, error);
}

/* A zygote that ends takes its workers along: that is no letter's doing. *overran: the stage whose
 * deadline ended it. */
static void
say_crashed(const Worker *worker, Stage *overran, GError **error)
{
  g_autofree char *how = control_how_ended(worker->control, worker->pid, overran);
  gboolean alone = !control_is_broken(worker->control);

  g_set_error(error, CORDON_ERROR, alone ? CORDON_ERROR_LOST : CORDON_ERROR_TEMP,
              "worker %d died (%s)%s", (int)worker->pid, how, alone ? "" : ", as its zygote did");
}

/* Ends it, and says where it was. */
static void
end_overrun(const Pool *pool, const Worker *worker, GError **error)
{
  g_autofree char *how = NULL;
  Stage overran;

  control_kill(worker->control, worker->pid);
  how = control_how_ended(worker->control, worker->pid, &overran);
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_LOST, "worker %d took more than %u s (%s)",
              (int)worker->pid, pool->options.deadline_s, how);
}

/* After an answer. Keeps the worker unless it has done its share or is of an old zygote. */
static void
give_back(Pool *pool, Worker *worker)
{
  unsigned most = pool->options.letters;
  gboolean keep;

  worker->letters++;
  g_mutex_lock(&pool->lock);
  keep = !worker->last && worker->control == pool->control &&
         (most == 0 || worker->letters < most) && pool->counts.alive <= pool->options.workers;
  pool->counts.busy--;
  pool->counts.letters++;
  if (keep) {
    g_queue_push_head(&pool->idle, worker);
    call_next(pool);
  }
  g_mutex_unlock(&pool->lock);
  if (!keep)
    worker_retire(pool, worker);
}

static void
count_lost(Pool *pool, Ending ending, Stage overran)
{
  g_mutex_lock(&pool->lock);
  pool->counts.busy--;
  pool->counts.crashed += ending == CRASHED && overran == STAGE_NONE;
  pool->counts.overran += ending == OVERRAN || overran != STAGE_NONE;
  if (overran != STAGE_NONE)
    pool->counts.overran_stages[overran]++;
  pool->counts.refused += ending == REFUSED;
  g_mutex_unlock(&pool->lock);
}

static void
settle(Pool *pool, Worker *worker, Ending ending, GError **error)
{
  Stage overran = STAGE_NONE;

  if (ending == ANSWERED) {
    give_back(pool, worker);
    return;
  }
  if (ending == CRASHED)
    say_crashed(worker, &overran, error);
  else if (ending == OVERRAN)
    end_overrun(pool, worker, error);
  else
    control_kill(worker->control, worker->pid);
  count_lost(pool, ending, overran);
  worker_retire(pool, worker);
}

/* NULL when there is no place in the line, or none for this client or sender. */
static FairTicket *
enter(Pool *pool, const Letter *letter, GError **error)
{
  unsigned places = pool->options.workers + pool->options.queue;
  FairTicket *ticket = NULL;

  g_mutex_lock(&pool->lock);
  if (pool->options.queue > 0 && pool->counts.busy + pool->counts.waiting >= places) {
    pool->counts.full++;
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "%u messages are waiting already",
                pool->counts.waiting);
  } else {
    ticket = fair_enter(pool->fair, letter, error);
    pool->counts.over_share += ticket == NULL;
  }
  g_mutex_unlock(&pool->lock);
  return ticket;
}

static void
leave(Pool *pool, FairTicket *ticket)
{
  g_mutex_lock(&pool->lock);
  fair_leave(pool->fair, ticket);
  call_next(pool);
  g_mutex_unlock(&pool->lock);
}

static Reply *
run_ticket(Pool *pool, FairTicket *ticket, const Letter *letter, const Ticks *ticks, GError **error)
{
  unsigned most = pool->options.queue_deadline_s;
  unsigned patience_s = letter->question ? MIN(most, QUESTION_PATIENCE_S) : most;
  int fd = letter_to_memfd(letter, error);
  Reply *reply = NULL;
  Worker *worker;
  guint32 id;
  Ending ending;

  if (fd < 0)
    return NULL;
  worker = pool_take(pool, ticket, patience_s, ticks, &id, error);
  if (worker != NULL) {
    ending = converse(pool, worker, id, fd, ticks, &reply, error);
    settle(pool, worker, ending, error);
  }
  close(fd);
  return reply;
}

Reply *
pool_run(Pool *pool, const Letter *letter, PoolProgress progress, void *data, GError **error)
{
  const Ticks ticks = {progress, data};
  FairTicket *ticket = enter(pool, letter, error);
  Reply *reply;

  if (ticket == NULL)
    return NULL;
  reply = run_ticket(pool, ticket, letter, &ticks, error);
  leave(pool, ticket);
  return reply;
}

void
pool_count(Pool *pool, PoolCounts *counts)
{
  g_mutex_lock(&pool->lock);
  *counts = pool->counts;
  counts->most = pool->options.workers;
  g_mutex_unlock(&pool->lock);
}

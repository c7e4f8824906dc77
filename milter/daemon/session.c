/* libmilter's callbacks. Nothing before the end of a message is answered (SMFIP_NR_*; libmilter
 * fakes it towards an MTA that cannot), so a failure on the way is remembered and becomes the
 * answer at the end; only recipients are where split-recipients asks for it. No callback ever
 * accepts early: what is not judged is not delivered (THREATS G-004). State of a message goes at
 * MAIL, at abort and after its end (G-003). */
#include "session.h"

#include "assemble.h"
#include "bounds.h"
#include "console.h"
#include "error.h"
#include "judge.h"
#include "log.h"
#include "mta.h"
#include "pulse.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WANTED_ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_CHGBODY | SMFIF_QUARANTINE)
#define NO_REPLIES                                                                                 \
  (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN | \
   SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)
#define WANTED_STEPS (NO_REPLIES | SMFIP_NOUNKNOWN | SMFIP_NODATA | SMFIP_HDR_LEADSPC)

typedef struct session {
  Mta mta;
  gboolean negotiated, in_hand;
  gboolean counted; /* all are but our own, of pulse.c */
  gboolean surplus; /* beyond settings->connections */
  gboolean remote;  /* the client speaks SMTP, over a network */
  gboolean splits;  /* recipients may be put off: the answer to RCPT is waited for */
  char *client_addr, *client_name, *helo;
  /* of the message */
  char *sender, *auth_user;
  GPtrArray *rcpts;
  Assembly *assembly;
} Session;

/* libmilter hands its callbacks nothing but the connection; set once, before it starts. */
static Front *the_front;

/* An uncounted one that goes on beyond the negotiation is nobody's we know: it is surplus. */
static Session *
session_new(SMFICTX *ctx, gboolean counted)
{
  Session *session = g_new0(Session, 1);
  int before = g_atomic_int_add(&the_front->sessions, counted);

  session->counted = counted;
  session->surplus = !counted || before >= (int)the_front->settings->connections;
  session->splits = the_front->settings->split_recipients;
  session->mta.ctx = ctx;
  session->rcpts = g_ptr_array_new_with_free_func(g_free);
  session->assembly = assembly_new();
  return session;
}

/* From its first byte on a letter is waited for when the front is to end; not one that began later:
 * there would be no end where the MTA keeps its connections. */
static void
take_in_hand(Session *session)
{
  if (session->in_hand || g_atomic_int_get(&the_front->ending))
    return;
  g_atomic_int_inc(&the_front->in_hand);
  session->in_hand = TRUE;
}

static void
reset_message(Session *session)
{
  if (session->in_hand)
    g_atomic_int_add(&the_front->in_hand, -1);
  session->in_hand = FALSE;
  g_clear_pointer(&session->sender, g_free);
  g_clear_pointer(&session->auth_user, g_free);
  g_ptr_array_set_size(session->rcpts, 0);
  assembly_reset(session->assembly);
}

static void
session_free(Session *session)
{
  if (session == NULL)
    return;
  reset_message(session);
  g_atomic_int_add(&the_front->sessions, -session->counted);
  g_ptr_array_unref(session->rcpts);
  assembly_free(session->assembly);
  g_free(session->client_addr);
  g_free(session->client_name);
  g_free(session->helo);
  g_free(session);
}

/* A connection that goes on after its end (SMFIC_QUIT_NC) comes without negotiation: how header
 * values are written is not known then, and its messages are not taken. */
static Session *
session_of(SMFICTX *ctx)
{
  Session *session = smfi_getpriv(ctx);

  if (session == NULL) {
    session = session_new(ctx, TRUE);
    smfi_setpriv(ctx, session);
  }
  return session;
}

static unsigned long
wanted_steps(const Session *session)
{
  unsigned long wanted = WANTED_STEPS;

  if (session->surplus)
    wanted &= ~(unsigned long)SMFIP_NR_CONN;
  if (session->splits)
    wanted &= ~(unsigned long)SMFIP_NR_RCPT;
  return wanted;
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long actions, unsigned long steps, unsigned long f2,
             unsigned long f3, unsigned long *our_actions, unsigned long *our_steps,
             unsigned long *our_f2, unsigned long *our_f3)
{
  Session *session = session_new(ctx, actions != PULSE_ACTIONS || steps != PULSE_STEPS);

  smfi_setpriv(ctx, session);
  *our_actions = WANTED_ACTIONS & actions;
  *our_steps = wanted_steps(session) & steps;
  *our_f2 = *our_f3 = 0;
  if ((actions & SMFIF_SETSYMLIST) != 0) {
    *our_actions |= SMFIF_SETSYMLIST;
    smfi_setsymlist(ctx, SMFIM_CONNECT, (char *)"{client_addr} {client_name}");
    smfi_setsymlist(ctx, SMFIM_ENVFROM, (char *)"i {auth_authen}");
    smfi_setsymlist(ctx, SMFIM_EOM, (char *)"i");
  }
  session->mta.actions = *our_actions;
  session->mta.exact = (*our_steps & SMFIP_HDR_LEADSPC) != 0;
  session->negotiated = TRUE;
  return SMFIS_CONTINUE;
}

static char *
address_text(const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "";

  if (address != NULL && address->sa_family == AF_INET)
    inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
  else if (address != NULL && address->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof text);
  return *text != '\0' ? g_strdup(text) : NULL;
}

/* Of a program on this machine Postfix says that it is 127.0.0.1, port 0; Sendmail that it has no
 * address. */
static gboolean
has_port(const struct sockaddr *address)
{
  if (address != NULL && address->sa_family == AF_INET)
    return ((const struct sockaddr_in *)address)->sin_port != 0;
  return address != NULL && address->sa_family == AF_INET6 &&
         ((const struct sockaddr_in6 *)address)->sin6_port != 0;
}

/* A surplus connection waits for this answer. */
static sfsistat
refuse_connection(const Session *session)
{
  log_line(LOG_LEVEL_WARNING, NULL, "more than %u connections; one from %s is refused",
           the_front->settings->connections,
           session->client_addr != NULL ? session->client_addr : "an unknown client");
  g_atomic_int_inc(&the_front->refused);
  return mta_tempfail(session->mta.ctx, "Too many connections now, try again later");
}

static sfsistat
on_connect(SMFICTX *ctx, char *name, _SOCK_ADDR *address)
{
  Session *session = session_of(ctx);

  g_free(session->client_name);
  g_free(session->client_addr);
  session->client_name = g_strdup(name);
  session->client_addr = address_text(address);
  if (session->client_addr == NULL)
    session->client_addr = g_strdup(smfi_getsymval(ctx, (char *)"{client_addr}"));
  session->remote = has_port(address);
  return session->surplus ? refuse_connection(session) : SMFIS_NOREPLY;
}

static sfsistat
on_helo(SMFICTX *ctx, char *name)
{
  Session *session = session_of(ctx);

  g_free(session->helo);
  session->helo = g_strdup(name);
  return SMFIS_NOREPLY;
}

static char *
without_brackets(const char *address)
{
  size_t len = strlen(address);

  if (len >= 2 && address[0] == '<' && address[len - 1] == '>')
    return g_strndup(address + 1, len - 2);
  return g_strdup(address);
}

static sfsistat
on_mail(SMFICTX *ctx, char **args)
{
  Session *session = session_of(ctx);

  reset_message(session);
  session->sender = without_brackets(args[0]);
  session->auth_user = g_strdup(smfi_getsymval(ctx, (char *)"{auth_authen}"));
  return SMFIS_NOREPLY;
}

/* Who has logged in is a person's mail program, and what submits mail on this machine would have
 * all of it put off: neither comes again for one recipient as a mail server does. */
static gboolean
may_split(const Session *session)
{
  return session->splits && session->remote && session->rcpts->len > 0 &&
         (session->auth_user == NULL || *session->auth_user == '\0');
}

/* With the first recipient, whom all others that were taken are like. */
static Letter *
make_question(const Session *session, const char *rcpt)
{
  const char *const rcpts[] = {g_ptr_array_index(session->rcpts, 0), rcpt, NULL};
  Letter *letter = letter_new();

  letter->question = TRUE;
  letter->received = g_get_real_time() / G_USEC_PER_SEC;
  letter_set(&letter->sender, session->sender);
  letter_set(&letter->client_addr, session->client_addr);
  g_strfreev(letter->rcpts);
  letter->rcpts = g_strdupv((char **)rcpts);
  letter->raw = g_bytes_new_static("", 0);
  return letter;
}

/* CONTINUE, or the answer by which the recipient is put off. */
static sfsistat
split(Session *session, const char *rcpt)
{
  g_autoptr(Letter) question = make_question(session, rcpt);
  g_autoptr(GError) error = NULL;
  g_autoptr(Reply) reply = NULL;
  const char *queue_id = smfi_getsymval(session->mta.ctx, (char *)"i");

  if (lookups_fill(the_front->lookups, question, NULL, NULL, &error) == 0)
    reply = pool_run(the_front->pool, question, NULL, NULL, &error);
  if (reply == NULL) {
    log_line(LOG_LEVEL_ERROR, queue_id, "recipient <%s> put off: %s", rcpt, error->message);
    return mta_tempfail(session->mta.ctx, "Recipient could not be looked at now, try again later");
  }
  if (!reply->apart)
    return SMFIS_CONTINUE;
  log_line(LOG_LEVEL_INFO, queue_id, "recipient <%s> put off: under other rules than <%s>", rcpt,
           question->rcpts[0]);
  g_atomic_int_inc(&the_front->put_off);
  return mta_defer_recipient(session->mta.ctx,
                             "Too many recipients: this one needs a message of its own");
}

static sfsistat
on_rcpt(SMFICTX *ctx, char **args)
{
  Session *session = session_of(ctx);
  g_autofree char *rcpt = without_brackets(args[0]);
  sfsistat answer = session->splits ? SMFIS_CONTINUE : SMFIS_NOREPLY;

  if (may_split(session) && strlen(rcpt) <= LIMIT_ENVELOPE)
    answer = split(session, rcpt);
  if (answer == SMFIS_CONTINUE || answer == SMFIS_NOREPLY)
    g_ptr_array_add(session->rcpts, g_steal_pointer(&rcpt));
  return answer;
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
  Session *session = session_of(ctx);

  take_in_hand(session);
  assembly_header(session->assembly, name, value, session->mta.exact);
  return SMFIS_NOREPLY;
}

static sfsistat
on_end_of_header(SMFICTX *ctx)
{
  assembly_end_header(session_of(ctx)->assembly);
  return SMFIS_NOREPLY;
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *data, size_t len)
{
  assembly_body(session_of(ctx)->assembly, data, len);
  return SMFIS_NOREPLY;
}

static Letter *
make_letter(Session *session)
{
  Letter *letter = letter_new();
  const char *queue_id = smfi_getsymval(session->mta.ctx, (char *)"i");

  letter_set(&letter->queue_id, queue_id);
  letter_set(&letter->origin, queue_id);
  letter->received = g_get_real_time() / G_USEC_PER_SEC;
  letter_set(&letter->sender, session->sender);
  letter_set(&letter->client_addr, session->client_addr);
  letter_set(&letter->client_name, session->client_name);
  letter_set(&letter->helo, session->helo);
  letter_set(&letter->auth_user, session->auth_user);
  g_strfreev(letter->rcpts);
  letter->rcpts = g_new0(char *, session->rcpts->len + 1);
  for (guint i = 0; i < session->rcpts->len; i++)
    letter->rcpts[i] = g_strdup(g_ptr_array_index(session->rcpts, i));
  return letter;
}

static void
progress(void *ctx)
{
  smfi_progress(ctx);
}

/* Says the queue id where there is one, never the inner reason. */
static sfsistat
tempfail(const Session *session, const Letter *letter)
{
  g_autofree char *text =
      g_strdup_printf("Message could not be inspected now, try again later%s%s",
                      *letter->queue_id != '\0' ? "; id " : "", letter->queue_id);

  return mta_tempfail(session->mta.ctx, text);
}

static sfsistat
reject(const Session *session, const Letter *letter)
{
  const char *words = the_front->settings->reject_text;
  g_autofree char *text = g_strdup_printf("%s; ref %s", words, letter->ref);

  return mta_reject(session->mta.ctx, text);
}

/* A message over the limit stays over it: a permanent refusal tells its sender at once. */
static sfsistat
refuse_size(Session *session, const Letter *letter)
{
  g_autofree char *why = g_strdup_printf("%" G_GUINT64_FORMAT " bytes are more than the limit",
                                         assembly_size(session->assembly));

  if (judge_note_failure(the_front, letter, "rejected", why) != 0)
    return tempfail(session, letter);
  return mta_reject_size(session->mta.ctx, "Message is larger than this gateway can inspect");
}

/* What is too long in the envelope, or NULL. */
static const char *
find_too_long(const Letter *letter)
{
  const struct {
    const char *what, *text;
  } words[] = {{"sender address", letter->sender},
               {"name of the client", letter->client_name},
               {"HELO name", letter->helo},
               {"name of the user", letter->auth_user},
               {"client address", letter->client_addr},
               {"queue id", letter->queue_id}};

  for (char **rcpt = letter->rcpts; *rcpt != NULL; rcpt++)
    if (strlen(*rcpt) > LIMIT_ENVELOPE)
      return "recipient address";
  for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
    if (strlen(words[i].text) > LIMIT_ENVELOPE)
      return words[i].what;
  return NULL;
}

/* It comes back as long as it is: tried again it would fail for ever. */
static sfsistat
refuse_envelope(Session *session, const Letter *letter, const char *what)
{
  g_autofree char *why = g_strdup_printf("%s of more than %zu bytes", what, LIMIT_ENVELOPE);

  if (judge_note_failure(the_front, letter, "rejected", why) != 0)
    return tempfail(session, letter);
  return mta_reject_path(session->mta.ctx, "Too long an address or name in the envelope");
}

static sfsistat
carry_out(Session *session, const Letter *letter, const Reply *reply)
{
  g_autoptr(GError) error = NULL;

  if (reply->verdict == VERDICT_REJECT)
    return reject(session, letter);
  if (sink_apply(&mta_sink, &session->mta, reply, &error) == 0)
    return SMFIS_CONTINUE;
  judge_note_failure(the_front, letter, "error", error->message);
  return tempfail(session, letter);
}

static sfsistat
end_message(Session *session)
{
  g_autoptr(Letter) letter = make_letter(session);
  g_autoptr(GError) error = NULL;
  g_autoptr(Reply) reply = NULL;
  const char *too_long = find_too_long(letter);

  if (assembly_is_too_large(session->assembly))
    return refuse_size(session, letter);
  if (too_long != NULL)
    return refuse_envelope(session, letter, too_long);
  letter->raw = assembly_take(session->assembly, &error);
  if (letter->raw == NULL || !session->negotiated || session->surplus || session->sender == NULL) {
    judge_note_failure(the_front, letter, "error",
                       error != NULL ? error->message : "milter protocol: incomplete session");
    return tempfail(session, letter);
  }
  reply = judge_letter(the_front, letter, progress, session->mta.ctx, NULL);
  return reply != NULL ? carry_out(session, letter, reply) : tempfail(session, letter);
}

static sfsistat
on_end_of_message(SMFICTX *ctx)
{
  Session *session = session_of(ctx);
  sfsistat result;

  take_in_hand(session);
  result = end_message(session);
  reset_message(session);
  return result;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
  reset_message(session_of(ctx));
  return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *ctx)
{
  session_free(smfi_getpriv(ctx));
  smfi_setpriv(ctx, NULL);
  return SMFIS_CONTINUE;
}

/* The path of a Unix socket in libmilter's notation, or NULL. */
static const char *
unix_path(const char *socket)
{
  if (g_str_has_prefix(socket, "unix:") || g_str_has_prefix(socket, "local:"))
    return strchr(socket, ':') + 1;
  return *socket == '/' ? socket : NULL;
}

/* libmilter keeps its listening socket to itself; it is the only one of this process. */
static int
find_listening(void)
{
  for (int fd = 0; fd < 256; fd++) {
    int listening = 0;
    socklen_t len = sizeof listening;

    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening)
      return fd;
  }
  return -1;
}

/* Connections inherit this from the listening socket: a mail server's machine that is gone does not
 * keep its place for ever. Has no effect on Unix sockets. */
static void
keep_alive(int sock)
{
  const int yes = 1, idle_s = 120;

  setsockopt(sock, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  setsockopt(sock, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
}

static int
open_socket(const Settings *settings, GError **error)
{
  const char *path = unix_path(settings->socket);
  mode_t before;
  int result;

  if (path != NULL && socket_remove_stale(path, error) != 0)
    return -1;
  before = umask(~settings->socket_mode & 0777);
  errno = 0;
  result = smfi_setconn(settings->socket) == MI_SUCCESS && smfi_opensocket(0) == MI_SUCCESS;
  umask(before);
  the_front->listening = result ? find_listening() : -1;
  if (the_front->listening >= 0)
    keep_alive(the_front->listening);
  if (result)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG, "socket %s cannot be opened%s%s",
              settings->socket, errno != 0 ? ": " : "", errno != 0 ? g_strerror(errno) : "");
  return -1;
}

int
session_register(Front *front, GError **error)
{
  struct smfiDesc callbacks = {
      .xxfi_name = (char *)"cordon",
      .xxfi_version = SMFI_VERSION,
      .xxfi_flags = WANTED_ACTIONS | SMFIF_SETSYMLIST,
      .xxfi_connect = on_connect,
      .xxfi_helo = on_helo,
      .xxfi_envfrom = on_mail,
      .xxfi_envrcpt = on_rcpt,
      .xxfi_header = on_header,
      .xxfi_eoh = on_end_of_header,
      .xxfi_body = on_body,
      .xxfi_eom = on_end_of_message,
      .xxfi_abort = on_abort,
      .xxfi_close = on_close,
      .xxfi_negotiate = on_negotiate,
  };

  the_front = front;
  if (smfi_register(callbacks) != MI_SUCCESS ||
      smfi_settimeout((int)front->settings->mta_timeout) != MI_SUCCESS) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "libmilter");
    return -1;
  }
  return open_socket(front->settings, error);
}

int
session_serve(void)
{
  return smfi_main() == MI_SUCCESS ? 0 : -1;
}

/* A socket that listens and that nobody knows. */
static int
open_nowhere(void)
{
  const struct sockaddr_un unnamed = {.sun_family = AF_UNIX};
  int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (sock >= 0 && (bind(sock, (const struct sockaddr *)&unnamed, sizeof unnamed.sun_family) != 0 ||
                    listen(sock, 1) != 0)) {
    close(sock);
    return -1;
  }
  return sock;
}

/* smfi_stop would not do: it ends libmilter's threads, and a letter of which the MTA has sent one
 * half is never looked at again. So libmilter goes on, with a socket that nobody connects to in
 * place of its own. */
void
session_stop(void)
{
  int own = the_front->listening >= 0 ? fcntl(the_front->listening, F_DUPFD_CLOEXEC, 0) : -1;
  int nowhere = open_nowhere();

  g_atomic_int_set(&the_front->ending, TRUE);
  if (own >= 0 && nowhere >= 0)
    dup3(nowhere, the_front->listening, O_CLOEXEC);
  if (own >= 0)
    shutdown(own, SHUT_RDWR);
  if (own >= 0)
    close(own);
  if (nowhere >= 0)
    close(nowhere);
}

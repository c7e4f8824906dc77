/* cordon exceptions deliver: the original of the message that an exception was asked for, to whom
 * it was granted. It goes through the rules as if it came now, and must come through by the
 * exception. */
#include "desk.h"

#include "ctl.h"
#include "error.h"
#include "eventlog.h"
#include "events.h"
#include "json.h"
#include "originals.h"

#include <errno.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "descriptor.h"

#define SENDMAIL "/usr/sbin/sendmail"

/* One delivery; strings but `code` are others'. */
typedef struct delivery {
  const Desk *desk;
  const Exception *exception;
  const char *user, *sendmail;
  char *code;
  JsonObject *event;
} Delivery;

static const char *
member(const Delivery *delivery, const char *name)
{
  const char *text = json_object_get_string_member_with_default(delivery->event, name, "");

  return text != NULL ? text : "";
}

/* --- may it be? --- */

static gboolean
was_sent_to(const Delivery *delivery)
{
  JsonNode *node = json_object_get_member(delivery->event, "rcpts");
  JsonArray *rcpts = node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;

  for (guint i = 0; rcpts != NULL && i < json_array_get_length(rcpts); i++) {
    const char *rcpt = json_array_get_string_element(rcpts, i);

    if (rcpt != NULL && g_ascii_strcasecmp(rcpt, delivery->user) == 0)
      return TRUE;
  }
  return FALSE;
}

/* NULL if an exception is one that a message can be delivered by. */
static const char *
fault_of(const Delivery *delivery)
{
  const Exception *exception = delivery->exception;

  if (exception == NULL)
    return "name an exception; cordon exceptions list has them";
  if (exception_state(exception, delivery->desk->now) != EXCEPTION_HOLDS)
    return "it does not hold now";
  if (delivery->code == NULL)
    return "it was not asked for by the code of a message (--request)";
  return delivery->user == NULL ? "it is for a group; say who of it is to have the message: --user"
                                : NULL;
}

static const char *
fault_of_event(const Delivery *delivery)
{
  if (!was_sent_to(delivery))
    return "the message was not to that person";
  return strcmp(member(delivery, "direction"), "outbound") == 0
             ? "the message left; its sender can send "
               "it again"
             : NULL;
}

/* --- to the mail server --- */

static int
feed(GPid child, int in, GBytes *bytes)
{
  size_t len;
  const char *data = g_bytes_get_data(bytes, &len);
  int written = descriptor_write(in, data, len), status = -1;

  close(in);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    continue;
  return written == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static int
send_mail(const Delivery *delivery, GBytes *bytes)
{
  const char *sender = member(delivery, "sender");
  const char *const argv[] = {delivery->sendmail, "-i", "-f", *sender != '\0' ? sender : "<>", "--",
                              delivery->user,     NULL};
  g_autoptr(GError) error = NULL;
  GPid child;
  int in;

  signal(SIGPIPE, SIG_IGN); /* a program that does not read is told by its exit status */
  if (!g_spawn_async_with_pipes(NULL, (char **)argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                &child, &in, NULL, NULL, &error)) {
    fprintf(stderr, "cordon exceptions deliver: %s\n", error->message);
    return EX_UNAVAILABLE;
  }
  if (feed(child, in, bytes) == 0)
    return EX_OK;
  fprintf(stderr, "cordon exceptions deliver: %s did not take the message\n", delivery->sendmail);
  return EX_TEMPFAIL;
}

/* A line of the events file: what is about to be done, or what came of it. Only a message that was
 * taken is a use of the exception. */
static int
note_event(const Delivery *delivery, const char *outcome, GError **error)
{
  g_autofree char *path = events_path(ruleset_settings(delivery->desk->ruleset));
  g_autofree char *time = exception_time(delivery->desk->now);
  g_autoptr(EventLog) log = event_log_open(path, error);
  g_autoptr(GString) line = g_string_new(NULL);

  g_string_append_printf(
      line, "{\"v\":1,\"time\":\"%.19s.000Z\",\"queue_id\":\"\",\"outcome\":\"%s\",\"ref\":", time,
      outcome);
  json_add_string(line, member(delivery, "ref"));
  g_string_append(line, ",\"sender\":");
  json_add_string(line, member(delivery, "sender"));
  g_string_append(line, ",\"rcpts\":[");
  json_add_string(line, delivery->user);
  g_string_append(line, strcmp(outcome, "delivered") == 0 ? "],\"exceptions\":[" : "],\"by\":[");
  json_add_string(line, delivery->exception->name);
  g_string_append(line, "]}\n");
  return log != NULL ? event_log_append(log, line->str, line->len, TRUE, error) : -1;
}

/* The event comes first, so that whatever happens to this program something tells of it. */
static int
hand_over(const Delivery *delivery, GBytes *bytes)
{
  g_autoptr(GError) error = NULL;
  int status;

  if (note_event(delivery, "delivering", &error) != 0) {
    fprintf(stderr, "cordon exceptions deliver: not delivered, for no event can tell of it: %s\n",
            error->message);
    return EX_IOERR;
  }
  status = send_mail(delivery, bytes);
  if (note_event(delivery, status == EX_OK ? "delivered" : "undelivered", &error) == 0)
    return status;
  fprintf(stderr,
          "cordon exceptions deliver: %s, and the events say no more than \"delivering\": %s\n",
          status == EX_OK ? "delivered" : "not delivered", error->message);
  return EX_IOERR;
}

/* --- through the rules --- */

static gboolean
came_through(const Delivery *delivery, const CtlResult *result)
{
  g_autofree char *used = g_strdup_printf("\"exception\":\"%s\"", delivery->exception->name);

  return result->out != NULL && strstr(result->report, used) != NULL;
}

static int
deliver_result(const Delivery *delivery, const CtlResult *result)
{
  if (!came_through(delivery, result)) {
    fprintf(
        stderr,
        "cordon exceptions deliver: by the rules of now it does not come through by %s: %s%s%s\n",
        delivery->exception->name, result->outcome, *result->reason != '\0' ? ", " : "",
        result->reason);
    return EX_DATAERR;
  }
  return hand_over(delivery, result->out);
}

static int
run_rules(const Delivery *delivery, GBytes *original)
{
  char *rcpts[] = {(char *)delivery->user, NULL};
  const CtlOptions options = {.rules = delivery->desk->rules,
                              .from = (char *)member(delivery, "sender"),
                              .rcpts = rcpts,
                              .direction = (char *)member(delivery, "direction"),
                              .client = (char *)member(delivery, "client"),
                              .jobs = 1};
  const CtlMessage message = {.name = delivery->code, .raw = original};
  g_autoptr(GError) error = NULL;
  CtlEngine engine;
  CtlResult result;
  int status;

  if (ctl_engine_start(&engine, &options, &error) != 0) {
    status = desk_refuse("deliver", error);
  } else {
    ctl_engine_run(&engine, &options, &message, &result);
    status = deliver_result(delivery, &result);
    ctl_result_clear(&result);
  }
  ctl_engine_stop(&engine);
  return status;
}

static int
deliver_event(Delivery *delivery, const char *line)
{
  const char *state = ruleset_settings(delivery->desk->ruleset)->state, *fault;
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) original = NULL;

  if (line == NULL || !json_parser_load_from_data(parser, line, -1, NULL) ||
      !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
    return desk_fault("deliver", "no event has its code; is it older than the events file?");
  delivery->event = json_node_get_object(json_parser_get_root(parser));
  fault = fault_of_event(delivery);
  if (fault != NULL)
    return desk_fault("deliver", fault);
  original = original_read(state, delivery->code, &error);
  return original != NULL ? run_rules(delivery, original) : desk_refuse("deliver", error);
}

static int
deliver(const Desk *desk, const char *name, const char *user, const char *sendmail)
{
  Delivery delivery = {.desk = desk, .sendmail = sendmail != NULL ? sendmail : SENDMAIL};
  g_autofree char *line = NULL;
  const char *fault;
  int status;

  delivery.exception = name != NULL ? exceptions_named(desk->exceptions, name) : NULL;
  if (delivery.exception != NULL && delivery.exception->request != NULL)
    delivery.code = ref_canonical(delivery.exception->request);
  if (delivery.exception != NULL)
    delivery.user = user != NULL ? user : exception_address(delivery.exception);
  fault = fault_of(&delivery);
  if (fault == NULL)
    line = event_find(ruleset_settings(desk->ruleset), delivery.code);
  status = fault != NULL ? desk_fault("deliver", fault) : deliver_event(&delivery, line);
  g_free(delivery.code);
  return status;
}

int
exceptions_run_deliver(int argc, char **argv)
{
  Desk desk = {0};
  g_autofree char *user = NULL, *sendmail = NULL;
  int status;
  const GOptionEntry more[] = {
      {"user", 0, 0, G_OPTION_ARG_STRING, &user, "Who of a group is to have it", "ADDRESS"},
      {"sendmail", 0, 0, G_OPTION_ARG_FILENAME, &sendmail, SENDMAIL " if not given", "PROGRAM"},
      G_OPTION_ENTRY_NULL};

  if (desk_open(
          &desk, &argc, &argv, more, "NAME",
          "Delivers the message that an exception was asked for, to the person who has it now: "
          "its original, as the rules let it through today.",
          &status) == 0)
    status = deliver(&desk, argc == 2 ? argv[1] : NULL, user, sendmail);
  desk_close(&desk);
  return status;
}

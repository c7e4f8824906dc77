/* state.h - what the front knows about the rules and signatures in force: what is loaded, how the
 * last reload went, when the signatures grow stale. Thread-safe. */
#ifndef CORDON_STATE_H
#define CORDON_STATE_H

#include <glib.h>

/* What a zygote has loaded, as the supervisor tells it to the front. Times are unix seconds. */
typedef struct loaded {
  char *words;      /* "rules 0be9c11c6b33: 55 rules, 91 services, 0 signatures" */
  char *signatures; /* "daily 27412, main 62"; "" when none are configured */
  char *lists;      /* one line a list: "1200 threat-feed", and its version and time after tabs */
  char *lookups;    /* one line a group that is looked up: lookup_to_line */
  gint64 newest;    /* time of the newest signatures; 0: none */
  gint64 stale_at;  /* 0: never */
  gboolean tempfail_on_stale;
} Loaded;

void loaded_clear(Loaded *loaded);
char *loaded_to_text(const Loaded *loaded); /* for a packet; new string */
int loaded_from_text(Loaded *loaded, const char *text);

/* From its words: "0be9c11c6b33" (new string, "" if there is none) and the number of signatures. */
char *loaded_version(const Loaded *loaded);
guint64 loaded_count(const Loaded *loaded);

/* Takes a zygote's words apart: the first line, the lists behind it, and the look-ups. */
void loaded_set_words(Loaded *loaded, const char *text);

/* One line of it taken apart; -1 if it is none. The strings are views into a new array. */
typedef struct loaded_list {
  guint64 entries;
  gint64 time;  /* of its file, unix seconds; 0: not known */
  char **words; /* owns the two below */
  const char *name, *version;
} LoadedList;
int loaded_list(const char *line, LoadedList *list);
void loaded_list_clear(LoadedList *list);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LoadedList, loaded_list_clear)

/* Why a set of lists cannot follow another one: a list that had ten entries or more is there still
 * and has less than half of them, as after a broken download. NULL if it can. New string. */
char *loaded_shrunk_list(const char *before, const char *now);

/* A copy of all of it. */
typedef struct state_view {
  Loaded loaded;
  gint64 loaded_at;   /* 0: nothing yet */
  gint64 reload_at;   /* when the last try ended; 0: none */
  char *reload_error; /* why it was refused; "" if it was not */
  char *warning;      /* what the self-test found odd; "" if nothing */
  gboolean stale;
} StateView;

void state_view_clear(StateView *view);

typedef struct state State;

State *state_new(void);
void state_free(State *state);

void state_set_loaded(State *state, const Loaded *loaded, const char *warning);
void state_view(State *state, StateView *view);

/* NULL, or why no letter may be judged now: signatures that are stale. New string. */
char *state_objection(State *state);

/* Reloads that somebody waits for: a number is drawn before the supervisor is asked, and the
 * supervisor's answer names the last number it had heard when it began. */
guint32 state_ask(State *state);
void state_answer(State *state, guint32 number, const char *error);

/* Waits; the error of that reload ("" if it went well), or NULL when timeout_s were over. New
 * string. */
char *state_await(State *state, guint32 number, unsigned timeout_s);

#endif

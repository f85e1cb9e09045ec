"""Where everything lies in the world of the compiled engine: registers, rows and their words.

A table is rows of words of 64 bits; what a word holds is named here, once. Rows of rules and of
what changes about the same thing (a queue and who waits in it) are one row, so that they are found
by one address.
"""

from __future__ import annotations

NEVER = 2**62
UNIT = 1_000_000
WORD = 8

# Registers: the first words of the world. Tables are given by address.
(
    CASES, CASES_USED, CASES_ROOM,
    HEAP, HEAP_SIZE, HEAP_ROOM,
    NEWCOMERS, NEW_SIZE, NEW_ROOM,
    SPANS, SPANS_SIZE, SPANS_ROOM,
    STAYERS, STAYERS_SIZE,  # agents who stayed only to serve out
    ACTIVE, ACTIVE_SIZE,  # streams in which somebody waits
    ALONE, ALONE_LAST,  # list of those who wait for an agent of their own
    AGENTS, AGENT_COUNT, DUTY, DUTY_COUNT, AGENT_KEYS,
    QUEUES, QUEUE_COUNT, CHANNELS, CHANNEL_COUNT, GROUPS, GROUP_COUNT, SITES, SITE_COUNT,
    KINDS, SEGMENT_COUNT, STREAMS, CELLS, CELL_COUNT, SILOED, ROOMS, ROOM_MOST, LIMITS, WORKS,
    SKILLS, SKILL_COUNT, SERVES, ABLE, SPEEDS, AFTER, KEPT,
    STAGES, STAGE_COUNT, INVENTORIES, INVENTORY_COUNT, CAMPAIGNS, CAMPAIGN_COUNT, SHARED,
    GROUP_KINDS,
    RULES, RULE_COUNT, RULE_QUEUES, RULE_GROUPS, GIVEN, WORKLOAD, SILOS,
    WINDOWS, TRANSFERS, ASTRAY, OVERFLOWS, RELEASES, CHANGES, CHANGE_COUNT,
    AGENT_RULE, CONTACT_RULE, GROWS, PERSONAL_RULE, PORTS, PORTS_USED, END,
    KNOWS, ACCURACY, STALE, RECOVERS, WRONG_TALK,
    MUST_ROUTE, IDLE_TURN, FIRST_STANDBY,
    CONTACT_COUNT, RECORD_COUNT, NEXT_ARRIVAL, ATTEMPTS, READY, WANT_DIAL, STREAM_KEY,
    C_KEY, C_QUEUE, C_SEGMENT, C_ARRIVED, C_MENU, C_OUTCOME, C_PRICE, C_TALK, C_WRAP, C_PATIENCE,
    C_INTENT, C_RECORDS, BEGUN, BEGUN_AT, BEGUN_GROUP, FAULT, CAMPAIGN_OF,
    D_FIRST, D_SINCE, D_KIND, D_OFFSET, D_PARAMS, D_PARAMS_COUNT, B_CHANCE, B_INTENTS, B_TRANSFERS,
    B_TALK_FACTOR, B_PATIENCE_FACTOR, B_MONITORED_FACTOR, B_MENU_LEADS, B_DRAWS,
    M_START, M_NODES, M_PROMPT, M_HANG_UP, M_CONTAINS, M_MISHEARS, M_REPROMPTS, M_GIVES_UP,
    M_OPT_OUT, M_OUT, M_FOLLOW, M_DIALOGUE, M_PRICE, M_PRICE_PER_MINUTE, M_TARGETS, M_PLACES,
    M_LENGTH, D_ROWS,
) = range(141)  # fmt: skip
REGISTERS = 160

# A case: a leg of an attempt, a ticket or a dial. The first words are what comes out of it.
(
    CONTACT, ATTEMPT, LEG, KIND, CAUSE, QUEUE, SEGMENT,
    ARRIVED, ENTERED, ANSWERED, TALK_END, WRAP_END, ENDED,
    GROUP, AGENT, STATE, CALLBACK, CALLS, PRICE, INTENT, FLAGS,
    TALK, WRAP, PATIENCE,
    WHERE,  # a stream, or one of the places below
    NEXT, PREV,  # neighbours in the stream, or in the agent's hand
    LEFT,  # of the talk; while it waits: the case that is kept on a warm line by it
    SINCE,  # when that was reckoned; while it waits: its own agent
    DUE,  # when the timer runs out; in the menu: what comes out of it
    TO,  # queue of the hand-over, -1 is none; of a dial whether the party is right
    NOTE,  # bits below; from NOTE_TRIED on: retries in a row
) = range(32)  # fmt: skip
CASE_WORDS = 32
CASE_SIZE = CASE_WORDS * WORD
HOLDER, OWN, OUTCOME = LEFT, SINCE, DUE
HAS_LINE, IS_WARM, IS_ASTRAY, IS_ALONE = 1, 2, 4, 8
NOTE_TRIED = 8  # bits to the left
(
    NOWHERE, ALONE_LIST, ASIDE, BETWEEN, TALKING, WRAPPING, HOLDING, PUT_DOWN, IN_MENU, RINGING,
    ON_ITS_WAY, AT_STAGE, WORKED_ON, NEWCOMER,
) = range(-1, -15, -1)  # fmt: skip

# An agent.
(
    A_GROUP, A_SITE, A_CELL, A_SILO, A_DOING, A_UNTIL, A_DUE, A_SHIFT_END, A_ROW, A_ROW_END,
    A_SHIFT, A_AT_WORK, A_HANDS, A_CHANNEL, A_FIRST, A_LAST, A_DOWN, A_HOLDS, A_LAST_CHANNEL,
    A_TAKEN, A_POOL, A_NEXT, A_PREV, A_IDLE_SINCE, A_SEAT, A_SEAT_NEXT, A_SEAT_PREV,
    A_SPAN, A_SPAN_FROM, A_SPAN_GROUP, A_BUSY, A_BUSY_FROM, A_WORK, A_WORK_FROM, A_STANDBY, A_HOME,
    A_STAYS, A_GETS_UP,
) = range(38)  # fmt: skip
AGENT_WORDS = 40
AGENT_SIZE = AGENT_WORDS * WORD
OFF = -1
NO_SEAT, OWN_SEAT, BURST_SEAT, WAITS_FOR_SEAT, NEEDS_NONE = range(5)

# A row of the duty table.
R_AGENT, R_GROUP, R_ACTIVITY, R_START, R_END, R_SHIFT, R_SHIFT_END = range(7)
DUTY_WORDS = 8

# A queue.
(
    Q_CHANNEL, Q_LINE, Q_LIVE, Q_INTERRUPTIBLE, Q_GROWTH, Q_WEIGHT, Q_HANDLE, Q_CAPACITY,
    Q_LEAVES, Q_PATIENCE_FACTOR, Q_CALLBACK, Q_WHEN_OVER, Q_REACH, Q_CALLS, Q_CALL_AGAIN, Q_WINDOW,
    Q_BALKS, Q_RETRIES, Q_SECOND, Q_PERSONAL, Q_RESOLVES, Q_CLOSING, Q_STAGE, Q_PROMISE,
    Q_FEELS, Q_UPSET, Q_RISES, Q_INVENTORY, Q_SOLD_OUT_TALK,
    Q_TRANSFERS, Q_TRANSFER_COUNT, Q_ASTRAY, Q_ASTRAY_COUNT, Q_WINDOWS, Q_WINDOW_COUNT,
    Q_OVERFLOWS, Q_OVERFLOW_COUNT, Q_MENU, Q_VOICE, Q_ALL_DAY,
    Q_WAITING, Q_ON_LINE, Q_ASIDE, Q_ASIDE_LAST, Q_RINGING, Q_OPEN_FROM, Q_OPEN_UNTIL,
) = range(47)  # fmt: skip
QUEUE_WORDS = 48
SERVE, CALL_BACK, TURN_AWAY = range(3)

# A channel: lines it has (-1: any number) and has in use, lines added.
H_LINES, H_USED, H_MORE, H_VOICE, H_LIVE, H_SLOWDOWN = range(6)
CHANNEL_WORDS = 8

# A group.
(
    G_SITE, G_SWITCHING, G_LEARNING, G_WINDOWS, G_WINDOW_COUNT, G_WORKS, G_WORKS_LAST, G_IDLE,
    G_RESERVES, G_FIRST_KIND, G_KIND_COUNT,
) = range(11)  # fmt: skip
GROUP_WORDS = 16

# A site: seats (-1: any number), more seats called, those taken, lists of who sits on a burst
# seat and of who waits for one; lines into it (-1: any number) and calls that hold one.
(
    S_SEATS, S_MORE, S_OWN, S_BURST, S_BURST_FIRST, S_BURST_LAST, S_WAIT_FIRST, S_WAIT_LAST,
    S_LINES, S_CALLS,
) = range(10)  # fmt: skip
SITE_WORDS = 16

# (queue, segment): skill it needs, its priority from the lowest one on, threshold, who waits.
K_SKILL, K_PRIORITY, K_WITHIN, K_WAITING = range(4)
KIND_WORDS = 4

# A stream: list of cases, and its place among the active ones (-1: nobody waits).
T_FIRST, T_LAST, T_PLACE, T_KIND = range(4)
STREAM_WORDS = 4

# A cell: a group, or a group's silo of one channel: list of idle agents, and counts.
L_FIRST, L_LAST, L_IDLE, L_AT_WORK, L_BUSY, L_ON_HOLD = range(6)
CELL_WORDS = 8

# A group that has a skill, in the order in which skills are looked through.
V_GROUP, V_TIER = range(2)
SERVE_WORDS = 2

# A back office: servers, those at work, delay, hours, list of tickets.
B_SERVERS, B_BUSY, B_DELAY, B_WINDOWS, B_WINDOW_COUNT, B_FIRST, B_LAST = range(7)
STAGE_WORDS = 8

# An inventory: slots left, its releases (time, slots; slots -1: what is left lapses).
I_SLOTS, I_RELEASES, I_COUNT, I_NEXT = range(4)
INVENTORY_WORDS = 4

# A campaign.
(
    P_QUEUE, P_PACING, P_WINDOWS, P_WINDOW_COUNT, P_RING, P_PICK_UP, P_RIGHT, P_ATTEMPTS, P_RETRY,
    P_CAP, P_WRONG_TALK, P_FIRST, P_RECORDS, P_NEXT, P_AGAIN_FIRST, P_AGAIN_LAST, P_NUISANCES,
    P_PICKED_UP, P_PICK_UP_SHARE,
) = range(19)  # fmt: skip
CAMPAIGN_WORDS = 20
PREVIEW, PROGRESSIVE, PREDICTIVE = range(3)

# A rule of elasticity.
(
    E_WHAT, E_BY, E_READY_IN, E_AT_LEAST, E_SITE, E_GROUP, E_STATUS, E_SINCE,
    E_WHEN_WAITING, E_WHEN_OVER, E_WHEN_BUSY, E_UNTIL_WAITING, E_UNTIL_OVER, E_UNTIL_BUSY,
    E_AGENT,
) = range(15)  # fmt: skip
RULE_WORDS = 16
STANDBY, SEATS, LINES = range(3)
NOT_CALLED, CALLED, THERE = range(3)

# How a contact picks among agents, and which contact goes first.
BY_TIER, BY_OCCUPANCY = range(2)
BY_PRIORITY, BY_WEIGHT, BY_RISK = range(3)

# Kinds of events.
(
    TALK_ENDS, WRAP_ENDS, ACTIVITY_OVER, HOURS, PATIENCE_OVER, OTHERS_HELP, CALL_AGAIN, MENU_LEFT,
    ARRIVES, BACK_OFFICE, PROMISE_OVER, RINGS_OUT, DIALLING, SLOTS, LOOKS,
) = range(1, 16)  # fmt: skip
KIND_BITS = 40
NUMBER = (1 << KIND_BITS) - 1

# A transfer; shares and chances as they are compared.
X_TO, X_WARM, X_ON_EMOTION, X_SHARE, X_CHANCE = range(5)
TRANSFER_WORDS = 5

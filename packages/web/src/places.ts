// Where the screens are. Conversations are named by their local ids: numbers stay out of the browser's history.

export const places = {
  list: "/",
  welcome: "/welcome",
  newMessage: "/new",
  contacts: "/contacts",
  search: "/search",
  turnOn: "/turn-on",
  /** As whoever was invited follows a link to it. */
  turnOnInvited: "/turn-on/:invitation",
  settings: "/settings",
  whatLeft: "/what-left",
  turnOff: "/turn-off",
  receipt: "/receipt",
  thread: (id: string) => `/with/${id}`,
  /** Where one of its texts is. */
  text: (id: string, key: string) => `/with/${id}/at/${encodeURIComponent(key)}`,
  searchIn: (id: string) => `/with/${id}/search`,
  person: (id: string) => `/with/${id}/person`,
  verify: (id: string) => `/with/${id}/verify`,
} as const;

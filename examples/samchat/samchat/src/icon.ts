const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="11" fill="%234f46e5"/><path d="M12 15h24a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H23l-8 6v-6h-3a3 3 0 0 1-3-3V18a3 3 0 0 1 3-3z" fill="%23fff"/></svg>`;

/** For the homepage. */
export const icon = `data:image/svg+xml;utf8,${svg}`;

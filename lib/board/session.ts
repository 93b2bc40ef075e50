/** The token, for as long as the tab is open: another tab, or the same one after it was closed, asks for it again. */

const KEY = 'token';

export const storedToken = (): string | undefined => sessionStorage.getItem(KEY) ?? undefined;
export const storeToken = (token: string): void => sessionStorage.setItem(KEY, token);
export const forgetToken = (): void => sessionStorage.removeItem(KEY);

/** Whether it can be a token at all; what else is pasted by mistake is sent nowhere. */
export const isToken = (text: string): boolean => /^atp_[\w-]{20,200}$/.test(text);

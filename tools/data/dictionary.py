from rtfm_mmaction.cli.dictionary import main

if __name__ == '__main__':
    main()

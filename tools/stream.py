from rtfm_mmaction.cli.stream import main

if __name__ == '__main__':
    main()
